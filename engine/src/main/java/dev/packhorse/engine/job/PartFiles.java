package dev.packhorse.engine.job;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FolderSwap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An archive in parts of one size, in a folder of their own: `NAME-split/NAME.tar.gz.part00001`
/// and so on. Joined in the order of their numbers they are the archive. The folder appears with
/// all parts in it, in the place of an earlier one.
///
/// Source: docs.cpanel.net "The pkgacct Script", `--split`.
final class PartFiles implements Delivery, WritableByteChannel {
    /// Five digits hold no more.
    private static final int MAX_PARTS = 99_999;

    private final Path temporary;
    private final Path target;
    private final String fileName;
    private final long partBytes;
    private final int maxParts;
    private final List<Delivered> finished = new ArrayList<>();
    private DigestedFile current;

    private PartFiles(Path temporary, Path target, String fileName, long partBytes, int maxParts)
            throws IOException {
        this.temporary = temporary;
        this.target = target;
        this.fileName = fileName;
        this.partBytes = partBytes;
        this.maxParts = maxParts;
        this.current = DigestedFile.create(temporary.resolve(name(1)));
    }

    /// Begins the parts.
    ///
    /// @param temporary the path of their folder until they are whole; must not exist
    /// @param target the folder's path
    /// @param fileName of the archive that they are parts of
    /// @param partBytes the size of every part but the last, above 0
    static PartFiles begin(Path temporary, Path target, String fileName, long partBytes)
            throws IOException {
        return begin(temporary, target, fileName, partBytes, MAX_PARTS);
    }

    /// As the other one, with a limit of parts.
    static PartFiles begin(
            Path temporary, Path target, String fileName, long partBytes, int maxParts)
            throws IOException {
        try (Directory folder = Directory.openTrusted(BackupDirectory.parentOf(target))) {
            FolderSwap.putBack(folder, name(target));
        }
        Files.createDirectory(temporary, BackupDirectory.FOLDER_MODE);
        return new PartFiles(temporary, target, fileName, partBytes, maxParts);
    }

    private String name(int number) {
        return "%s.part%05d".formatted(fileName, number);
    }

    @Override
    public WritableByteChannel channel() {
        return this;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int limit = source.limit();
        int written = 0;
        while (source.hasRemaining()) {
            if (current.size() == partBytes) {
                next();
            }
            long room = partBytes - current.size();
            source.limit((int) Math.min(limit, source.position() + room));
            try {
                written += current.write(source);
            } finally {
                source.limit(limit);
            }
        }
        return written;
    }

    private void next() throws IOException {
        sealCurrent();
        if (finished.size() == maxParts) {
            throw new IOException(
                    "the archive has more than "
                            + maxParts
                            + " parts of "
                            + partBytes
                            + " bytes: choose larger parts");
        }
        current = DigestedFile.create(temporary.resolve(name(finished.size() + 1)));
    }

    private void sealCurrent() throws IOException {
        finished.add(current.seal(target.resolve(name(finished.size() + 1))));
    }

    @Override
    public List<Delivered> publish() throws IOException {
        sealCurrent();
        BackupDirectory.sync(temporary);
        try (Directory folder = Directory.openTrusted(BackupDirectory.parentOf(target))) {
            FolderSwap.publish(folder, name(temporary), name(target));
        }
        return List.copyOf(finished);
    }

    private static ByteName name(Path path) {
        return ByteName.of(String.valueOf(path.getFileName()));
    }

    @Override
    public boolean isOpen() {
        return current.isOpen();
    }

    @Override
    public void close() throws IOException {
        current.close();
        try (Directory folder = Directory.openTrusted(BackupDirectory.parentOf(target))) {
            folder.removeTree(name(temporary));
        }
    }
}
