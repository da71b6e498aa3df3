package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.component.home.TreeRuns.Run;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.engine.tree.PreviousTree;
import dev.packhorse.engine.tree.TreeWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Needs root: a tree keeps the owners of what is in it.
class HomedirTreeTest {
    private static final ByteName SITE = ByteName.of("site");

    /// The list of what belongs to the web server's user, which is made anew each time.
    private static final long LIST = 1;

    @TempDir Path folder;

    private HomeServer server;
    private TreeRuns runs;

    @BeforeEach
    void makeServer() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new HomeServer(folder);
        runs = new TreeRuns(server, folder);
    }

    private void writeSite() throws Exception {
        server.asAccount(home -> {
            try (Directory site = home.makeDirectory(SITE, 0755)) {
                OddHome.file(site, ByteName.of("a.txt"), 0644, "first");
                OddHome.file(site, ByteName.of("b.txt"), 0640, "second");
                OddHome.file(site, ByteName.of("c.txt"), 0600, "third");
            }
        });
    }

    @Test
    void aTreeIsTheHomeInAllThatAnArchiveKeeps() throws Exception {
        server.asAccount(OddHome::write);

        Run run = runs.run("demo", "");

        assertThat(run.report().warnings()).isEmpty();
        assertThat(TreeRuns.lines(runs.home("demo"))).isEqualTo(TreeRuns.lines(server.home));
        assertThat(runs.stat("demo", "hole.img").allocatedBytes()).isLessThan(1 << 20);
        assertThat(Files.getPosixFilePermissions(runs.spot("demo").tree())).hasSize(3);
        assertThat(runs.names()).containsExactly(".demo.tree", "demo");
    }

    @Test
    void unchangedFilesAreLinkedAndNotRead() throws Exception {
        server.asAccount(OddHome::write);
        Run first = runs.run("one", "");

        Run second = runs.run("two", "one");

        assertThat(second.counts().copiedFiles()).isEqualTo(LIST);
        assertThat(second.counts().copiedBytes()).isZero();
        assertThat(second.counts().linkedFiles() + LIST).isEqualTo(first.counts().copiedFiles());
        assertThat(second.report().counts()).isEqualTo(first.report().counts());
        assertThat(second.packed()).isEqualTo(first.packed());
        assertThat(TreeRuns.lines(runs.home("two"))).isEqualTo(TreeRuns.lines(server.home));
        assertThat(runs.isShared("big.bin", "one", "two")).isTrue();
        assertThat(runs.isShared("plain.txt", "one", "two")).isTrue();
        assertThat(runs.stat("two", "public_html/again.txt").inode())
                .isEqualTo(runs.stat("two", "plain.txt").inode());
    }

    @Test
    void aThirdTreeLinksToTheSecondAndOutlivesBoth() throws Exception {
        writeSite();
        runs.run("one", "");
        runs.run("two", "one");

        Run third = runs.run("three", "two");

        assertThat(third.counts().copiedFiles()).isEqualTo(LIST);
        try (Directory backups = Directory.openTrusted(runs.spot("one").folder())) {
            backups.removeTree(ByteName.of("one"));
            backups.removeTree(ByteName.of("two"));
        }
        assertThat(TreeRuns.lines(runs.home("three"))).isEqualTo(TreeRuns.lines(server.home));
    }

    @Test
    void whatChangedIsCopiedAndTheOldTreeStaysAsItWas() throws Exception {
        writeSite();
        runs.run("one", "");
        List<String> before = TreeRuns.lines(runs.home("one"));
        server.asAccount(home -> {
            try (Directory site = home.open(SITE)) {
                site.removeFile(ByteName.of("a.txt"));
                OddHome.file(site, ByteName.of("a.txt"), 0644, "FIRST");
                site.rename(ByteName.of("b.txt"), site, ByteName.of("renamed.txt"));
                OddHome.file(site, ByteName.of("new.txt"), 0644, "new");
            }
        });

        Run run = runs.run("two", "one");

        assertThat(run.counts().linkedFiles()).isEqualTo(1);
        assertThat(run.counts().copiedFiles()).isEqualTo(3 + LIST);
        assertThat(runs.isShared("site/c.txt", "one", "two")).isTrue();
        assertThat(TreeRuns.lines(runs.home("two"))).isEqualTo(TreeRuns.lines(server.home));
        assertThat(TreeRuns.lines(runs.home("one"))).isEqualTo(before);
    }

    @Test
    void aChangeThatHidesBehindSizeAndTimeIsFound() throws Exception {
        writeSite();
        runs.run("one", "");
        Path file = server.home.resolve("site/a.txt");
        var time = Files.getLastModifiedTime(file);
        Files.writeString(file, "fIrSt", StandardOpenOption.TRUNCATE_EXISTING);
        Files.setLastModifiedTime(file, time);

        runs.run("two", "one");

        assertThat(runs.home("two").resolve("site/a.txt")).hasContent("fIrSt");
        assertThat(runs.home("one").resolve("site/a.txt")).hasContent("first");
    }

    @Test
    void aNewModeIsNotGivenToTheFileOfTheOldTree() throws Exception {
        writeSite();
        runs.run("one", "");
        server.asAccount(home -> {
            try (Directory site = home.open(SITE);
                    PosixFile file = site.openForReading(ByteName.of("a.txt"))) {
                file.setMode(0400);
            }
        });

        runs.run("two", "one");

        assertThat(runs.stat("one", "site/a.txt").mode()).isEqualTo(0644);
        assertThat(runs.stat("two", "site/a.txt").mode()).isEqualTo(0400);
    }

    @Test
    void filesFoldersAndLinksMayTakeEachOthersPlaces() throws Exception {
        writeSite();
        server.asAccount(home -> {
            home.makeDirectory(ByteName.of("was-folder"), 0755).close();
            home.makeSymlink(ByteName.of("was-link"), ByteString.of("site"));
        });
        runs.run("one", "");
        server.asAccount(home -> {
            home.rename(SITE, home, ByteName.of("site-moved"));
            home.makeSymlink(SITE, ByteString.of("site-moved"));
            home.removeDirectory(ByteName.of("was-folder"));
            OddHome.file(home, ByteName.of("was-folder"), 0644, "file");
            home.removeFile(ByteName.of("was-link"));
            home.makeDirectory(ByteName.of("was-link"), 0700).close();
        });

        runs.run("two", "one");

        assertThat(TreeRuns.lines(runs.home("two"))).isEqualTo(TreeRuns.lines(server.home));
        assertThat(runs.stat("two", "site").type()).isEqualTo(FileType.SYMLINK);
    }

    @Test
    void withoutAPreviousTreeEverythingIsCopied() throws Exception {
        writeSite();
        runs.run("one", "");

        Run run = runs.run("two", "");

        assertThat(run.counts().linkedFiles()).isZero();
        assertThat(run.counts().copiedFiles()).isEqualTo(3 + LIST);
        assertThat(runs.isShared("site/a.txt", "one", "two")).isFalse();
    }

    @Test
    void whatChangedJustNowIsReadAgain() throws Exception {
        writeSite();
        runs.run("one", "", InstantSource.system());

        Run run = runs.run("two", "one");

        assertThat(run.counts().linkedFiles()).isZero();
        assertThat(run.counts().copiedFiles()).isEqualTo(3 + LIST);
    }

    @Test
    void aFileOfTheOldTreeThatSomebodyChangedIsNotTakenOver() throws Exception {
        writeSite();
        runs.run("one", "");
        Files.writeString(runs.home("one").resolve("site/a.txt"), "cut");
        Files.delete(runs.home("one").resolve("site/b.txt"));

        Run run = runs.run("two", "one");

        assertThat(run.counts().copiedFiles()).isEqualTo(2 + LIST);
        assertThat(TreeRuns.lines(runs.home("two"))).isEqualTo(TreeRuns.lines(server.home));
    }

    @Test
    void theRecordOfAnotherTreeIsRefused() throws Exception {
        writeSite();
        runs.run("one", "");
        runs.run("two", "");
        Files.copy(
                runs.spot("one").record(),
                runs.spot("two").record(),
                StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> PreviousTree.open(runs.spot("two")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not of the tree");
    }

    @Test
    void whatIsNotPublishedIsRemovedAndTheOldTreeStays() throws Exception {
        writeSite();
        runs.run("demo", "");
        List<String> before = TreeRuns.lines(runs.home("demo"));
        try (TreeWriter writer = runs.begin("demo", Optional.empty(), TreeRuns.LATER)) {
            server.pack(writer);
            assertThat(runs.names()).contains(".partial-demo");
        }

        assertThat(runs.names()).containsExactly(".demo.tree", "demo");
        assertThat(TreeRuns.lines(runs.home("demo"))).isEqualTo(before);
    }

    @Test
    void aTreeOfTheSameNameIsReplacedAndMayBeLinkedTo() throws Exception {
        writeSite();
        runs.run("demo", "");
        server.asAccount(home -> {
            try (Directory site = home.open(SITE)) {
                site.removeFile(ByteName.of("c.txt"));
            }
        });

        Run run = runs.run("demo", "demo");

        assertThat(run.counts().linkedFiles()).isEqualTo(2);
        assertThat(TreeRuns.lines(runs.home("demo"))).isEqualTo(TreeRuns.lines(server.home));
        assertThat(runs.names()).containsExactly(".demo.tree", "demo");
    }

    @Test
    void aHostileHomeLeadsNowhere() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "root's");
        writeSite();
        runs.run("one", "");
        server.asAccount(home -> {
            home.makeFifo(ByteName.of("pipe"));
            home.makeSocket(ByteName.of("socket"));
            home.rename(SITE, home, ByteName.of("hidden"));
            home.makeSymlink(SITE, ByteString.of(folder.toString()));
            home.makeSymlink(ByteName.of("passwd"), ByteString.of("/etc/passwd"));
        });

        Run run = runs.run("two", "one");

        assertThat(run.report().warnings()).hasSize(2).allMatch(text -> text.contains("left out"));
        assertThat(runs.stat("two", "site").type()).isEqualTo(FileType.SYMLINK);
        assertThat(runs.stat("two", "passwd").type()).isEqualTo(FileType.SYMLINK);
        assertThat(runs.home("two").resolve("pipe")).doesNotExist();
        assertThat(secret).hasContent("root's");
        assertThat(folder.resolve("a.txt")).doesNotExist();
    }

    @Test
    void theThreadOfTheAccountHasNoRightsInTheTree() throws Exception {
        writeSite();
        runs.run("one", "");

        try (Directory backups = Directory.openTrusted(runs.spot("one").folder())) {
            assertThatThrownBy(
                            () -> server.asAccount(_ -> backups.open(ByteName.of("one")).close()))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void aDeepTreeIsWrittenWithFewDescriptors() throws Exception {
        server.asAccount(home -> {
            Directory at = home.duplicate();
            for (int depth = 0; depth < 200; depth++) {
                try (Directory above = at) {
                    at = above.makeDirectory(ByteName.of("d"), 0755);
                    OddHome.file(at, ByteName.of("z"), 0644, "deep");
                }
            }
            at.close();
        });
        runs.run("one", "");

        Run run = runs.run("two", "one");

        assertThat(run.counts().linkedFiles()).isEqualTo(200);
        assertThat(TreeRuns.lines(runs.home("two"))).isEqualTo(TreeRuns.lines(server.home));
    }

    @Test
    void aFileThatIsCutWhileItIsReadIsReadAgainNextTime() throws Exception {
        server.asAccount(home -> {
            try (PosixFile file = home.create(ByteName.of("big"), 0644)) {
                file.write(ByteBuffer.allocate(1 << 20));
            }
        });
        Path big = server.home.resolve("big");
        try (TreeWriter writer = runs.begin("one", Optional.empty(), TreeRuns.LATER);
                Directory home = Directory.openTrusted(server.home)) {
            var path = BytePath.of("homedir/big");
            var stat = home.stat(ByteName.of("big"));
            assertThat(writer.addUnchanged(new SourceFile(path, stat))).isFalse();
            long given =
                    writer.add(
                            RegularFile.of(
                                    path, FilePacker.attributes(stat, Map.of()), stat.sizeBytes()),
                            _ -> -1);
            assertThat(given).isZero();
            writer.finish();
            writer.publish();
        }

        Run run = runs.run("two", "one");

        assertThat(big).hasSize(1 << 20);
        assertThat(run.counts().linkedFiles()).isZero();
    }
}
