package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.Folder;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.component.home.AddedMail;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Compares a restored home with the archive that it was restored from, entry by entry: type,
/// content, size, mode, owner, time and what links lead to. Reads as root in a folder that nobody
/// else can enter, and never through a link. One thread.
final class HomeComparison {
    private static final BytePath HOME = BytePath.of("homedir");
    private static final int BLOCK = 1 << 16;
    private static final int MOST = 20;

    private final Directory home;
    private final int uid;
    private final int gid;
    private final Cancellation cancellation;
    private final List<String> differences = new ArrayList<>();
    private long entries;
    private long bytes;

    /// @param home the restored home
    /// @param uid the number that the account has there
    /// @param gid and that of its group
    HomeComparison(Directory home, int uid, int gid, Cancellation cancellation) {
        this.home = home;
        this.uid = uid;
        this.gid = gid;
        this.cancellation = cancellation;
    }

    /// Compares all of it; the first [#MOST] differences are kept.
    ///
    /// @return the differences, a sentence each
    /// @throws IOException if the archive cannot be read, or is not what its index says
    List<String> run(ArchiveSource source) throws IOException {
        AddedMail.without(source)
                .forEach(
                        HOME,
                        (entry, content) -> {
                            cancellation.check();
                            entries++;
                            Optional<String> difference = compare(entry, content);
                            if (difference.isPresent() && differences.size() < MOST) {
                                differences.add(entry.path() + ": " + difference.get());
                            }
                        });
        return List.copyOf(differences);
    }

    long entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    private Optional<String> compare(ArchiveEntry entry, InputStream content) throws IOException {
        if (entry.path().equals(HOME)) {
            return entry instanceof Folder ? attributes(entry, home.stat()) : Optional.empty();
        }
        List<ByteName> names = entry.path().relativeTo(HOME).names();
        ByteName name = names.getLast();
        try (Directory parent = parent(entry.path().relativeTo(HOME), names.size())) {
            Optional<FileStat> found = parent.find(name);
            if (found.isEmpty()) {
                return Optional.of("is not there after the restore");
            }
            return switch (entry) {
                case Folder _ ->
                        found.get().type() == FileType.DIRECTORY
                                ? attributes(entry, found.get())
                                : Optional.of("is no folder after the restore");
                case RegularFile file -> file(file, content, parent, name, found.get());
                case SymbolicLink link -> symbolic(link, parent, name, found.get());
                case HardLink link -> hard(link, found.get());
            };
        }
    }

    private Directory parent(BytePath path, int depth) throws IOException {
        if (depth == 1) {
            return home.duplicate();
        }
        int length = path.value().length() - path.name().value().length() - 1;
        return home.openBeneath(new BytePath(path.value().substring(0, length)));
    }

    private Optional<String> file(
            RegularFile file, InputStream content, Directory parent, ByteName name, FileStat found)
            throws IOException {
        if (found.type() != FileType.REGULAR) {
            return Optional.of("is no file after the restore");
        }
        if (found.sizeBytes() != file.sizeBytes()) {
            return Optional.of(
                    "has %d bytes after the restore, %d were packed"
                            .formatted(found.sizeBytes(), file.sizeBytes()));
        }
        try (PosixFile restored = parent.openForReading(name)) {
            Optional<String> other = content(file, content, restored);
            return other.isPresent() ? other : attributes(file, found);
        }
    }

    /// Between the regions there are holes, which read as zeros.
    private Optional<String> content(RegularFile file, InputStream packed, PosixFile restored)
            throws IOException {
        List<DataRegion> regions =
                file.data().isEmpty() ? List.of(new DataRegion(0, file.sizeBytes())) : file.data();
        long at = 0;
        for (DataRegion region : regions) {
            if (differs(InputStream.nullInputStream(), restored, region.offset() - at, true)
                    || differs(packed, restored, region.length(), false)) {
                return Optional.of("has another content after the restore");
            }
            at = region.offset() + region.length();
        }
        return differs(InputStream.nullInputStream(), restored, file.sizeBytes() - at, true)
                ? Optional.of("has another content after the restore")
                : Optional.empty();
    }

    private boolean differs(InputStream packed, PosixFile restored, long length, boolean zeros)
            throws IOException {
        byte[] wanted = new byte[BLOCK];
        byte[] found = new byte[BLOCK];
        for (long left = length; left > 0; ) {
            cancellation.check();
            int count = (int) Math.min(left, BLOCK);
            if (!zeros && packed.readNBytes(wanted, 0, count) != count) {
                throw new IOException("the archive ends inside a file");
            }
            ByteBuffer buffer = ByteBuffer.wrap(found, 0, count);
            while (buffer.hasRemaining()) {
                if (restored.read(buffer) < 0) {
                    return true;
                }
            }
            if (!Arrays.equals(wanted, 0, count, found, 0, count)) {
                return true;
            }
            left -= count;
            bytes += count;
        }
        return false;
    }

    private Optional<String> symbolic(
            SymbolicLink link, Directory parent, ByteName name, FileStat found) throws IOException {
        if (found.type() != FileType.SYMLINK) {
            return Optional.of("is no symbolic link after the restore");
        }
        return parent.readLink(name).equals(link.target())
                ? times(link.attributes(), found)
                : Optional.of("leads elsewhere after the restore");
    }

    private Optional<String> hard(HardLink link, FileStat found) throws IOException {
        BytePath target = link.target().relativeTo(HOME);
        try (Directory parent = parent(target, target.names().size())) {
            Optional<FileStat> first = parent.find(target.name());
            return first.isPresent() && first.get().inode() == found.inode()
                    ? Optional.empty()
                    : Optional.of("is not the same file as %s after the restore".formatted(target));
        }
    }

    /// Groups of mail and web servers are kept where this server made the archive; the bits that
    /// lend a file's rights are dropped with a group that is not.
    private Optional<String> attributes(ArchiveEntry entry, FileStat found) {
        Attributes packed = entry.attributes();
        int compared = found.gid() == gid ? 07777 : 0777;
        if ((found.mode() & compared) != (packed.mode() & compared)) {
            return Optional.of(
                    "has mode %o after the restore, %o was packed"
                            .formatted(found.mode(), packed.mode()));
        }
        if (found.uid() != uid) {
            return Optional.of(
                    "belongs to user number %d after the restore, not to the account (%d)"
                            .formatted(found.uid(), uid));
        }
        if (found.gid() != gid && found.gid() != packed.gid()) {
            return Optional.of(
                    "belongs to group number %d after the restore, %d was packed"
                            .formatted(found.gid(), packed.gid()));
        }
        return times(packed, found);
    }

    private static Optional<String> times(Attributes packed, FileStat found) {
        boolean same =
                found.mtimeSeconds() == packed.mtimeSeconds()
                        && found.mtimeNanos() == packed.mtimeNanos();
        return same ? Optional.empty() : Optional.of("has another time after the restore");
    }
}
