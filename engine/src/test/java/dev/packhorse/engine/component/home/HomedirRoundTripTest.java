package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Needs root: entries that lock their own owner out are read through root.
class HomedirRoundTripTest {
    @TempDir Path folder;

    private HomeServer server;
    private Path archive;

    @BeforeEach
    void makeServer() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new HomeServer(folder);
        archive = folder.resolve("cpmove-demo.tar");
    }

    @Test
    void bringsBackNamesContentModesOwnersTimesLinksAndHoles() throws Exception {
        server.asAccount(OddHome::write);
        List<String> before = TreeDigest.lines(server.home);
        PackReport packed = server.pack(archive);
        server.wipe();

        RestoreReport restored = server.restore(archive);

        assertThat(packed.warnings()).isEmpty();
        assertThat(TreeDigest.lines(server.home)).isEqualTo(before);
        assertThat(restored.counts()).isEqualTo(packed.counts());
        assertThat(restored.skipped()).isEmpty();
        assertThat(restored.altered()).isEmpty();
        assertThat(restored.dangerous()).singleElement().asString().contains("homedir/setuid");
        assertThat(allocated("sparse.img")).isLessThan(1 << 20);
        assertThat(allocated("hole.img")).isLessThan(1 << 20);
    }

    private long allocated(String name) throws IOException {
        try (Directory home = Directory.openTrusted(server.home)) {
            return home.stat(ByteName.of(name)).allocatedBytes();
        }
    }

    @Test
    void restoringOverWhatIsThereGivesTheSame() throws Exception {
        server.asAccount(OddHome::write);
        List<String> before = TreeDigest.lines(server.home);
        server.pack(archive);

        server.restore(archive);
        RestoreReport again = server.restore(archive);

        assertThat(TreeDigest.lines(server.home)).isEqualTo(before);
        assertThat(again.skipped()).isEmpty();
    }

    @Test
    void keepsTheGroupsOfServicesAndNoOthers() throws Exception {
        server.asAccount(home -> {
            OddHome.file(home, ByteName.of("of-users"), 0640, "x");
            OddHome.file(home, ByteName.of("of-mail"), 02750, "x");
            try (Directory mail = home.makeDirectory(ByteName.of("mail"), 0750)) {
                OddHome.file(mail, ByteName.of("box"), 0640, "x");
            }
        });
        int uid = server.identity.uid();
        try (Directory home = Directory.openTrusted(server.home)) {
            home.setOwner(ByteName.of("of-users"), uid, 100);
            home.setOwner(ByteName.of("of-mail"), uid, 12);
            home.setOwner(ByteName.of("mail"), uid, 12);
            try (PosixFile file = home.openForReading(ByteName.of("of-mail"))) {
                file.setMode(02750);
            }
        }
        server.pack(archive);
        server.wipe();

        RestoreReport report = server.restore(archive);

        try (Directory home = Directory.openTrusted(server.home)) {
            assertThat(home.stat(ByteName.of("of-users")).gid()).isEqualTo(server.identity.gid());
            assertThat(home.stat(ByteName.of("of-mail")).gid()).isEqualTo(12);
            assertThat(home.stat(ByteName.of("of-mail")).mode()).isEqualTo(0750);
            assertThat(home.stat(ByteName.of("mail")).gid()).isEqualTo(12);
            assertThat(home.stat(ByteName.of("mail")).mode()).isEqualTo(0750);
        }
        assertThat(report.altered())
                .containsExactly("homedir/of-mail: setuid, setgid and sticky bits were dropped");
        server.wipe();
        server.restore(archive, ArchiveTrust.RESTRICTED);
        try (Directory home = Directory.openTrusted(server.home)) {
            assertThat(home.stat(ByteName.of("mail")).gid()).isEqualTo(server.identity.gid());
        }
    }

    @Test
    void leavesWhatIsNotInTheArchive() throws Exception {
        server.asAccount(home -> OddHome.file(home, ByteName.of("old"), 0644, "old\n"));
        server.pack(archive);
        server.wipe();
        server.asAccount(home -> OddHome.file(home, ByteName.of("new"), 0644, "new\n"));

        server.restore(archive);

        assertThat(server.home.resolve("old")).hasContent("old\n");
        assertThat(server.home.resolve("new")).hasContent("new\n");
    }

    @Test
    void removesWhatAKilledRestoreLeftBehind() throws Exception {
        server.asAccount(home -> OddHome.file(home, ByteName.of("site"), 0644, "site\n"));
        server.pack(archive);
        server.asAccount(home -> OddHome.file(home, Replacement.TEMPORARY, 0600, "half a file"));

        server.restore(archive);

        assertThat(server.home.resolve(".packhorse-restore.tmp")).doesNotExist();
        assertThat(server.home.resolve("site")).hasContent("site\n");
    }

    @Test
    void keepsAFolderWithContentThatIsInTheWayOfAFile() throws Exception {
        server.asAccount(home -> OddHome.file(home, ByteName.of("thing"), 0644, "file\n"));
        server.pack(archive);
        server.wipe();
        server.asAccount(home -> {
            try (Directory inWay = home.makeDirectory(ByteName.of("thing"), 0755)) {
                OddHome.file(inWay, ByteName.of("precious"), 0644, "precious\n");
            }
        });

        RestoreReport report = server.restore(archive);

        assertThat(server.home.resolve("thing/precious")).hasContent("precious\n");
        assertThat(report.skipped())
                .containsExactly("homedir/thing: a folder that is not empty is in its place");
    }

    @Test
    void aFolderTakesThePlaceOfALinkWithoutFollowingIt() throws Exception {
        server.asAccount(home -> {
            try (Directory site = home.makeDirectory(ByteName.of("site"), 0755)) {
                OddHome.file(site, ByteName.of("page"), 0644, "page\n");
            }
        });
        server.pack(archive);
        server.wipe();
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.setAttribute(outside, "unix:uid", server.identity.uid());
        server.asAccount(
                home -> home.makeSymlink(ByteName.of("site"), ByteString.of(outside.toString())));

        RestoreReport report = server.restore(archive);

        assertThat(outside).isEmptyDirectory();
        assertThat(server.home.resolve("site/page")).hasContent("page\n");
        assertThat(report.altered())
                .containsExactly("homedir/site: took the place of a file or link");
    }

    @Test
    void packsTwoHundredFoldersInOneAnother() throws Exception {
        server.asAccount(home -> chain(home, 200));
        List<String> before = TreeDigest.lines(server.home);
        PackReport report = server.pack(archive);
        server.wipe();

        server.restore(archive);

        assertThat(report.warnings()).isEmpty();
        assertThat(TreeDigest.lines(server.home)).isEqualTo(before);
    }

    @Test
    void leavesOutWhatIsDeeperThanAnyReaderTakesAndSaysSo() throws Exception {
        server.asAccount(home -> chain(home, 5_000));
        int open = openDescriptors();

        PackReport report = server.pack(archive);

        assertThat(report.warnings())
                .singleElement()
                .asString()
                .endsWith("left out with all below it, deeper than 250 folders");
        assertThat(openDescriptors()).isLessThanOrEqualTo(open + 2);
        server.wipe();
        assertThat(server.restore(archive).counts()).isEqualTo(report.counts());
    }

    private static int openDescriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return (int) open.count();
        }
    }

    /// Folders in one another, each with a file.
    private static void chain(Directory home, int depth) throws IOException {
        List<Directory> closing = new ArrayList<>();
        Directory at = home;
        for (int i = 0; i < depth; i++) {
            if (i < 300) {
                OddHome.file(at, ByteName.of("file"), 0644, "at " + i);
            }
            at = at.makeDirectory(ByteName.of("d"), 0755);
            closing.add(at);
            if (closing.size() > 10) {
                closing.removeFirst().close();
            }
        }
        for (Directory each : closing) {
            each.close();
        }
    }
}
