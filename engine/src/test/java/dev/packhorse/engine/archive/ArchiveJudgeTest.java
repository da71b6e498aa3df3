package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveJudgeTest {
    private static final String HOME = "cpmove-demo/homedir/";
    private static final BytePath HOMEDIR = BytePath.of("homedir");

    @TempDir Path folder;
    private Path unpacked;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        unpacked = Files.createDirectory(folder.resolve("unpacked"));
        file = folder.resolve("archive.tar.gz");
    }

    private JudgedArchive judge(TarBuilder tar, ArchiveTrust trust) throws IOException {
        Files.write(file, TarBuilder.gzip(tar.end()));
        return new ArchiveJudge(ArchiveLimits.DEFAULTS, trust)
                .judge(file, unpacked, Cancellation.never());
    }

    private static List<String> visited(JudgedArchive archive, BytePath below) throws IOException {
        List<String> seen = new ArrayList<>();
        archive.forEach(
                below,
                (entry, content) ->
                        seen.add(
                                entry.getClass().getSimpleName()
                                        + " "
                                        + entry.path()
                                        + " "
                                        + new String(
                                                content.readAllBytes(), StandardCharsets.UTF_8)));
        return seen;
    }

    @Test
    void tellsWhatTheArchiveHolds() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .folder("cpmove-demo/mysql/")
                        .file("cpmove-demo/mysql/demo_a.sql", "SELECT 1;\n")
                        .file("cpmove-demo/userdata/deep/er/x", "x")
                        .file(HOME + "a", "abc")
                        .link(HOME + "b", '1', HOME + "a");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            ArchiveFacts facts = archive.facts();
            assertThat(facts.account()).isEqualTo(new AccountName("demo"));
            assertThat(facts.topFolder()).isEqualTo("cpmove-demo");
            assertThat(facts.files()).isEqualTo(4);
            assertThat(facts.folders()).isEqualTo(4);
            assertThat(facts.links()).isEqualTo(1);
            assertThat(facts.unpackedBytes()).isEqualTo(27 + 10 + 1 + 3);
            assertThat(facts.homePresent()).isTrue();
            assertThat(facts.members())
                    .containsExactly("cp/", "cp/demo", "mysql/", "mysql/demo_a.sql");
        }
    }

    @Test
    void whatLiesOutsideTheHomeCanBeReadInAnyOrder() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .file("cpmove-demo/mysql/b.sql", "b")
                        .file("cpmove-demo/mysql/a.sql", "a\u00e4")
                        .file(HOME + "a", "abc");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(archive.names("mysql")).containsExactly("a.sql", "b.sql");
            assertThat(archive.names("mysql/")).containsExactly("a.sql", "b.sql");
            assertThat(archive.names("nothing")).isEmpty();
            assertThat(archive.text("mysql/a.sql")).hasValue("aä");
            assertThat(archive.text("mysql/c.sql")).isEmpty();
            assertThat(archive.file("mysql")).isEmpty();
            assertThat(archive.file("../archive.tar.gz")).isEmpty();
            assertThat(archive.file("homedir/a")).isEmpty();
            Path sql = archive.file("mysql/b.sql").orElseThrow();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sql)))
                    .isEqualTo("rw-------");
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(sql.getParent())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void streamsTheHomeInItsOrder() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .file(HOME + "z", "one")
                        .link(HOME + "a", '2', "z")
                        .file("cpmove-demo/version", "x")
                        .file(HOME + "m", "two");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            List<String> wanted =
                    List.of(
                            "Folder homedir ",
                            "RegularFile homedir/z one",
                            "SymbolicLink homedir/a ",
                            "RegularFile homedir/m two");
            assertThat(visited(archive, HOMEDIR)).isEqualTo(wanted);
            assertThat(visited(archive, HOMEDIR)).as("a second time").isEqualTo(wanted);
        }
    }

    @Test
    void makesUpFoldersThatTheArchiveLeavesOut() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .file(HOME + "a/b/one", "1")
                        .file(HOME + "a/b/two", "2")
                        .file(HOME + "a/c/three", "3");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(visited(archive, BytePath.of("homedir/a")))
                    .containsExactly(
                            "Folder homedir/a ",
                            "Folder homedir/a/b ",
                            "RegularFile homedir/a/b/one 1",
                            "RegularFile homedir/a/b/two 2",
                            "Folder homedir/a/c ",
                            "RegularFile homedir/a/c/three 3");
        }
    }

    @Test
    void leftOutMembersAreNotVisited() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .special(HOME + "pipe", '6')
                        .link(HOME + "out", '2', "/etc")
                        .file(HOME + "a", "1")
                        .file(HOME + "a", "2");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.VOUCHED)) {
            assertThat(archive.facts().skipped()).hasSize(3);
            assertThat(visited(archive, HOMEDIR))
                    .containsExactly("Folder homedir ", "RegularFile homedir/a 1");
        }
    }

    @Test
    void linksOfAnArchiveOfOurOwnComeBackWhereverTheyPoint() throws IOException {
        TarBuilder tar = TarBuilder.demo().link(HOME + "out", '2', "/etc/passwd");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.PROVEN)) {
            assertThat(archive.facts().skipped()).isEmpty();
            assertThat(visited(archive, HOMEDIR)).contains("SymbolicLink homedir/out ");
        }
    }

    @Test
    void attributesOfTheSystemStayOut() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .pax(
                                'x',
                                "SCHILY.xattr.user.a",
                                "1",
                                "SCHILY.xattr.security.capability",
                                "2",
                                "SCHILY.xattr.system.posix_acl_access",
                                "3")
                        .file(HOME + "a", "x");
        List<ByteString> seen = new ArrayList<>();
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            archive.forEach(
                    HOMEDIR, (entry, content) -> seen.addAll(entry.attributes().xattrs().keySet()));
        }
        assertThat(seen).containsExactly(ByteString.of("user.a"));
    }

    @Test
    void anArchiveThatChangedSinceIsNotBelieved() throws IOException {
        TarBuilder tar = TarBuilder.demo().file(HOME + "a", "abc");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            Files.write(file, TarBuilder.gzip(TarBuilder.demo().file(HOME + "a", "xyz").end()));
            assertThatThrownBy(() -> visited(archive, HOMEDIR))
                    .isInstanceOf(ArchiveException.class)
                    .hasMessage("archive file was changed while it was being read");
        }
    }

    @Test
    void theVisitorsFailureComesThrough() throws IOException {
        IOException failure = new IOException("disk full");
        try (JudgedArchive archive = judge(TarBuilder.demo(), ArchiveTrust.RESTRICTED)) {
            assertThatThrownBy(() ->
                            archive.forEach(
                                    HOMEDIR,
                                    (entry, content) -> {
                                        throw failure;
                                    }))
                    .isSameAs(failure);
        }
    }

    @Test
    void aCancelledRunEndsAndLeavesNothing() throws IOException {
        Files.write(file, TarBuilder.gzip(TarBuilder.demo().end()));
        CancellationSource cancellation = new CancellationSource();
        cancellation.request();
        assertThatThrownBy(() ->
                        new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.RESTRICTED)
                                .judge(file, unpacked, cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(unpacked).isEmptyDirectory();
    }

    @Test
    void limitsAreHeldBeforeBytesAreWritten() throws IOException {
        Files.write(
                file,
                TarBuilder.gzip(
                        TarBuilder.demo().file("cpmove-demo/a", "x".repeat(100_000)).end()));
        ArchiveJudge judge =
                new ArchiveJudge(
                        ArchiveLimits.DEFAULTS.withTotalBytes(50_000), ArchiveTrust.RESTRICTED);
        assertThatThrownBy(() -> judge.judge(file, unpacked, Cancellation.never()))
                .isInstanceOfSatisfying(
                        ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
                .hasMessage("cpmove-demo/a: archive unpacks to more than 50000 bytes");
        ArchiveJudge few =
                new ArchiveJudge(ArchiveLimits.DEFAULTS.withEntries(3), ArchiveTrust.RESTRICTED);
        assertThatThrownBy(() -> few.judge(file, unpacked, Cancellation.never()))
                .hasMessageContaining("one of more than 3 members");
    }

    @Test
    void aFolderInUseIsNotUnpackedInto() throws IOException {
        Files.createFile(unpacked.resolve("x"));
        assertThatThrownBy(() -> judge(TarBuilder.demo(), ArchiveTrust.RESTRICTED))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(unpacked.resolve("x")).exists();
    }
}
