package dev.packhorse.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.archive.CpmoveWriter;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.home.FolderPacker;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The digest that a reader makes from a tree is the one that the writer told.
class DigestingSinkTest {
    private static final Attributes OTHERS =
            new Attributes(0640, 4_711, 4_712, 1_234, 567, Map.of());

    @TempDir Path folder;

    private Path tree;
    private String written;

    @BeforeEach
    void writeTree() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "a tree keeps owners, which takes root");
        TreeSpot spot = new TreeSpot(folder, "demo", folder.resolve("demo.tree"));
        tree = spot.tree();
        try (TreeWriter writer =
                TreeWriter.begin(
                        spot,
                        ".partial",
                        Optional.empty(),
                        1_700_000_000L,
                        InstantSource.system(),
                        Cancellation.never())) {
            writer.addText("cp/demo", 0600, "USER=demo");
            writer.addText("empty", 0600, "");
            addSparse(writer, "small", 1 << 20, 700_000);
            addSparse(writer, "large", ContentDigest.LARGE + 5_000, ContentDigest.LARGE);
            BytePath first = BytePath.of("a/first");
            writer.add(RegularFile.of(first, OTHERS, 3), bytes -> put(bytes, "abc"));
            writer.add(new HardLink(BytePath.of("b/again"), OTHERS, first));
            writer.add(
                    new SymbolicLink(
                            BytePath.of("b/link"),
                            new Attributes(0777, 4_711, 4_712, 99, 1, Map.of()),
                            ByteString.of("../a/first")));
            written = writer.finish().sha256();
            writer.publish();
        }
    }

    private static void addSparse(TreeWriter writer, String path, long size, long at)
            throws IOException {
        List<DataRegion> data = List.of(new DataRegion(at, 3));
        RegularFile file =
                new RegularFile(BytePath.of(path), Attributes.ofRoot(0600, 1), size, data);
        writer.add(file, bytes -> put(bytes, "xyz"));
    }

    private static int put(java.nio.ByteBuffer bytes, String text) {
        bytes.put(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return text.length();
    }

    private String read() throws IOException {
        Path file = folder.resolve("copy.tar");
        Files.deleteIfExists(file);
        try (FileChannel target =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Directory top = Directory.openTrusted(tree);
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                target,
                                ByteName.of("demo"),
                                0,
                                new Packing.Plain(),
                                Cancellation.never());
                DigestingSink sink =
                        DigestingSink.begin(
                                writer, top, folder.resolve("lines"), Cancellation.never())) {
            assertThat(FolderPacker.ofProvenTree(sink, Cancellation.never()).pack(top)).isEmpty();
            return sink.finish();
        }
    }

    @Test
    void aTreeHasTheDigestThatItsWriterTold() throws IOException {
        assertThat(read()).isEqualTo(written);
        assertThat(folder.resolve("lines")).doesNotExist();
    }

    @Test
    void filesSharedWithAnotherTreeChangeNothing() throws IOException {
        Files.createLink(folder.resolve("other"), tree.resolve("a/first"));
        Files.createLink(folder.resolve("another"), tree.resolve("cp/demo"));
        assertThat(read()).isEqualTo(written);
    }

    @Test
    void everyChangeShows() throws IOException {
        Path file = tree.resolve("a/first");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "abd");
        Files.setLastModifiedTime(file, time);
        assertThat(read()).as("content").isNotEqualTo(written);
        Files.writeString(file, "abc");
        assertThat(read()).as("time").isNotEqualTo(written);
        Files.setLastModifiedTime(file, time);
        assertThat(read()).isEqualTo(written);
        Files.setAttribute(file, "unix:mode", 0644);
        assertThat(read()).as("mode").isNotEqualTo(written);
        Files.setAttribute(file, "unix:mode", 0640);
        Files.setAttribute(file, "unix:gid", 1);
        assertThat(read()).as("group").isNotEqualTo(written);
        Files.setAttribute(file, "unix:gid", 4_712);
        FileTime folderTime = Files.getLastModifiedTime(tree.resolve("a"));
        Files.createFile(tree.resolve("a/more"));
        Files.setLastModifiedTime(tree.resolve("a"), folderTime);
        assertThat(read()).as("a file more").isNotEqualTo(written);
        Files.delete(tree.resolve("a/more"));
        Files.setLastModifiedTime(tree.resolve("a"), folderTime);
        assertThat(read()).isEqualTo(written);
    }
}
