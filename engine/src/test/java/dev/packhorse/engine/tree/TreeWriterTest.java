package dev.packhorse.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveEntry.Folder;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FolderSwap;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFailures;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeWriterTest {
    private static final String PARTIAL = ".partial";

    @TempDir Path folder;

    private TreeSpot spot(String name) {
        return new TreeSpot(folder, name, folder.resolve("." + name + ".tree"));
    }

    private TreeWriter begin(String name) throws IOException {
        return TreeWriter.begin(
                spot(name),
                PARTIAL,
                Optional.empty(),
                1_700_000_000L,
                InstantSource.system(),
                Cancellation.never());
    }

    /// Members in an order that no walk has.
    private static void write(TreeWriter writer, boolean backwards) throws IOException {
        List<String> files = List.of("a/one", "b/c/two", "a/three", "b/four");
        for (String file : backwards ? files.reversed() : files) {
            writer.addText(file, 0640, file);
        }
        writer.add(
                new HardLink(
                        BytePath.of("b/again"),
                        Attributes.ofRoot(0640, 1_700_000_000L),
                        BytePath.of("a/one")));
    }

    @Test
    void theDigestDoesNotDependOnTheOrderOfMembers() throws IOException {
        PackedArchive one;
        PackedArchive other;
        try (TreeWriter writer = begin("one")) {
            write(writer, false);
            one = writer.finish();
            writer.publish();
        }
        try (TreeWriter writer = begin("other")) {
            write(writer, true);
            other = writer.finish();
            writer.publish();
        }

        assertThat(other).isEqualTo(one);
        assertThat(TreeDigest.lines(spot("other").tree()))
                .isEqualTo(TreeDigest.lines(spot("one").tree()));
        assertThat(one.totals().folders()).isEqualTo(4);
    }

    @Test
    void foldersKeepTheirTimesWhateverComesLater() throws IOException {
        try (TreeWriter writer = begin("demo")) {
            writer.add(new Folder(BytePath.of("a"), Attributes.ofRoot(0755, 1_000)));
            writer.addText("b", 0600, "");
            writer.addText("a/late", 0600, "");
            writer.add(new Folder(BytePath.of("a"), Attributes.ofRoot(0700, 2_000)));
            writer.finish();
            writer.publish();
        }

        Path made = spot("demo").tree().resolve("a");
        assertThat(Files.getLastModifiedTime(made)).isEqualTo(FileTime.fromMillis(1_000_000));
        assertThat(Files.getPosixFilePermissions(made)).hasSize(7);
    }

    @Test
    void aBodyThatFailsLeavesAFileOfTheDeclaredSize() throws IOException {
        try (TreeWriter writer = begin("demo")) {
            RegularFile file =
                    RegularFile.of(BytePath.of("bad"), Attributes.ofRoot(0600, 1), 5_000);
            assertThatThrownBy(() ->
                            writer.add(
                                    file,
                                    _ -> {
                                        throw new IOException("no more");
                                    }))
                    .hasMessage("no more");
            writer.addText("good", 0600, "good");
            writer.finish();
            writer.publish();
        }

        assertThat(spot("demo").tree().resolve("bad")).hasBinaryContent(new byte[5_000]);
        assertThat(spot("demo").tree().resolve("good")).hasContent("good");
    }

    @Test
    void nothingIsPublishedBeforeTheEnd() throws IOException {
        try (TreeWriter writer = begin("demo")) {
            writer.addText("a", 0600, "");
            assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aCopyIsTheSameTreeAndMayBeLinkedTo() throws IOException {
        try (TreeWriter writer = begin("demo")) {
            write(writer, false);
            writer.finish();
            writer.publish();
        }

        TreeCopy.link(spot("demo"), spot("copy"), PARTIAL);

        assertThat(TreeDigest.lines(spot("copy").tree()))
                .isEqualTo(TreeDigest.lines(spot("demo").tree()));
        assertThat(
                        Files.isSameFile(
                                spot("copy").tree().resolve("a/one"),
                                spot("demo").tree().resolve("a/one")))
                .isTrue();
        try (PreviousTree copy = PreviousTree.open(spot("copy")).orElseThrow()) {
            assertThat(copy.record().lines()).isEqualTo(8);
        }
        assertThat(folder.resolve(PARTIAL)).doesNotExist();
    }

    @Test
    void onlyAFailureOfTheDiskIsDamage() {
        PosixException rotten = PosixFailures.of("pread64", "a", Errno.EIO);
        PosixException busy = PosixFailures.of("openat", "a", Errno.EMFILE);

        assertThat(DamagedTreeException.of("homedir/a", rotten))
                .isInstanceOf(DamagedTreeException.class)
                .hasMessageContaining("homedir/a cannot be read in it (pread64 a")
                .hasCause(rotten);
        assertThat(DamagedTreeException.of("homedir/a", busy)).isSameAs(busy);
    }

    @Test
    void aTreeThatWasSetAsideComesBackUnlessItsSuccessorIsThere() throws IOException {
        Files.createDirectories(folder.resolve(FolderSwap.SET_ASIDE + "alone/x"));
        Files.createDirectories(folder.resolve(FolderSwap.SET_ASIDE + "old/x"));
        Files.createDirectories(folder.resolve("old/y"));

        FolderSwap.putAllBack(folder);

        assertThat(folder.resolve("alone/x")).exists();
        assertThat(folder.resolve("old/y")).exists();
        try (var names = Files.list(folder)) {
            assertThat(names.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("alone", "old");
        }
    }

    @Test
    void whatAKilledRunLeftIsReplacedOrRemoved() throws IOException {
        Files.createDirectories(folder.resolve(PARTIAL + "/homedir/deep"));
        Files.writeString(folder.resolve(PARTIAL + "/homedir/deep/file"), "half");
        try (TreeWriter writer = begin("demo")) {
            writer.addText("a", 0600, "");
            writer.finish();
            writer.publish();
        }
        assertThat(spot("demo").tree().resolve("homedir")).doesNotExist();
        Files.createDirectories(folder.resolve(PARTIAL + "/homedir"));

        TreeLeftovers.remove(folder.resolve(PARTIAL));

        assertThat(folder.resolve(PARTIAL)).doesNotExist();
    }
}
