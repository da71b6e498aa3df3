package dev.packhorse.engine.jdbc;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/// Takes H2's files below some folders through a layer: `recorded:/folder/name`. Public, since H2
/// makes its objects.
public final class RecordedPath extends FilePathWrapper {
    static final String SCHEME = "recorded";
    private static final Map<Path, Path> LAYERS = new ConcurrentHashMap<>();

    /// Opens a store whose every change goes through the layer that a folder was opened with.
    ///
    /// @param folder a path of the layer
    public static Store open(Path plain, Path folder) throws StoreException {
        FilePath.register(new RecordedPath());
        LAYERS.put(plain, folder);
        StoreSettings settings = StoreSettings.h2(plain.resolve("queue"));
        H2Address address = H2Address.parse(settings.url());
        return StoreOpener.openH2(
                settings,
                new H2Address(
                        folder.resolve("queue.mv.db"),
                        address.url().replace("file:/", "file:" + SCHEME + ":/")));
    }

    private static Path layered(FilePath path) {
        Path plain = Path.of(path.unwrap().toString());
        Path folder = requireNonNull(LAYERS.get(plain.getParent()), plain::toString);
        return folder.resolve(plain.getFileName().toString());
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Set<OpenOption> options =
                mode.equals("r")
                        ? Set.of(StandardOpenOption.READ)
                        : Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE);
        return FileChannel.open(layered(this), options);
    }

    @Override
    public boolean createFile() {
        try {
            Files.createFile(layered(this));
            return true;
        } catch (IOException _) {
            return false; // H2's contract: it is there, or cannot be made
        }
    }

    @Override
    public void delete() {
        try {
            Files.deleteIfExists(layered(this));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void moveTo(FilePath target, boolean atomic) {
        try {
            Files.move(layered(this), layered(target), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
