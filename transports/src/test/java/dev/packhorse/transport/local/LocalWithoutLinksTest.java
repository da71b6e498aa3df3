package dev.packhorse.transport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder driver on a file system without hard links: exFAT, as on many a portable disk. Needs
/// root, exfat-fuse and exfatprogs.
class LocalWithoutLinksTest extends TransportContract {
    private static final ObjectKey KEY = new ObjectKey("day/k");

    @TempDir private static Path temporary;
    private static Optional<String> device = Optional.empty();
    private static boolean mounted;

    private final Path folder = freshFolder();

    @BeforeAll
    static void mount() throws Exception {
        Path image = temporary.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(512L << 20);
        }
        device = run("losetup", "-f", "--show", image.toString()).map(String::strip);
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        mounted =
                device.isPresent()
                        && run("mkfs.exfat", device.get()).isPresent()
                        && run("mount.exfat-fuse", device.get(), disk.toString()).isPresent();
        assumeTrue(mounted, "needs root, loop devices, exfat-fuse and exfatprogs");
    }

    @AfterAll
    static void unmount() throws Exception {
        if (mounted) {
            // Lazily: a file that is open for a moment more must leave no mount behind.
            assertThat(run("umount", "-l", temporary.resolve("disk").toString())).isPresent();
        }
        if (device.isPresent()) {
            assertThat(run("losetup", "-d", device.get())).isPresent();
        }
    }

    /// What a program says, empty if it fails or is not there.
    private static Optional<String> run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            byte[] said = process.getInputStream().readAllBytes();
            return process.waitFor() == 0
                    ? Optional.of(new String(said, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Path freshFolder() {
        try {
            return Files.createTempDirectory(temporary.resolve("disk"), "place");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected boolean hasFolders() {
        return true;
    }

    /// exFAT does not; the archives' names have no capitals.
    @Override
    protected boolean tellsCasesApart() {
        return false;
    }

    @Override
    protected Transport open() throws IOException {
        return new LocalTransport(folder);
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return LeftFiles.in(folder);
    }

    @Test
    void aNewObjectIsMadeAndATakenNameRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> Files.createLink(folder.resolve("link"), file))
                .as("this test would show nothing")
                .isInstanceOf(FileSystemException.class);
        try (Transport place = open()) {
            place.put(KEY, BytesContent.of(new byte[] {1}), PutMode.CREATE, Cancellation.never());
            assertThat(place.traits().createsExclusively()).isFalse();
            assertThatThrownBy(() ->
                            place.put(
                                    KEY,
                                    BytesContent.of(new byte[] {2}),
                                    PutMode.CREATE,
                                    Cancellation.never()))
                    .hasMessageContaining("it exists already");
        }
        assertThat(folder.resolve(KEY.value())).hasBinaryContent(new byte[] {1});
    }
}
