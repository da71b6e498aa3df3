package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares a tree on disk with what it was made from. Other programs find fractions of seconds
/// only where a member has an extended header, so a time without any will do.
final class TreeComparison {
    private final Path root;
    private final Map<BytePath, Long> inodes = new HashMap<>();

    TreeComparison(Path root) {
        this.root = root;
    }

    void compare(List<RandomTree.Item> items) throws IOException {
        for (RandomTree.Item item : items) {
            compare(item);
        }
        assertThat(count(BytePath.of("homedir"))).as("members on disk").isEqualTo(items.size());
    }

    private long count(BytePath folder) throws IOException {
        long count = 1;
        try (Directory top = Directory.openTrusted(root);
                Directory directory = top.openBeneath(folder)) {
            for (ByteName name : directory.list()) {
                boolean isFolder = directory.stat(name).type() == FileType.DIRECTORY;
                count += isFolder ? count(folder.resolve(name)) : 1;
            }
        }
        return count;
    }

    private void compare(RandomTree.Item item) throws IOException {
        BytePath path = item.entry().path();
        List<ByteName> names = path.names();
        try (Directory top = Directory.openTrusted(root);
                Directory parent = parent(top, names)) {
            FileStat stat = parent.stat(names.getLast());
            inodes.put(path, stat.inode());
            compareAttributes(item.entry(), stat);
            switch (item.entry()) {
                case ArchiveEntry.Folder _ -> {
                    assertThat(stat.type()).as("%s", path).isEqualTo(FileType.DIRECTORY);
                    try (Directory self = parent.open(names.getLast())) {
                        assertThat(self.xattrs()).isEqualTo(item.entry().attributes().xattrs());
                    }
                }
                case ArchiveEntry.SymbolicLink link ->
                        assertThat(parent.readLink(names.getLast())).isEqualTo(link.target());
                case ArchiveEntry.HardLink link ->
                        assertThat(stat.inode())
                                .as("%s", path)
                                .isEqualTo(inodes.get(link.target()));
                case ArchiveEntry.RegularFile file -> {
                    assertThat(stat.sizeBytes()).as("%s", path).isEqualTo(file.sizeBytes());
                    try (PosixFile open = parent.openForReading(names.getLast())) {
                        compareContent(file, item.content(), open);
                        assertThat(open.xattrs()).isEqualTo(file.attributes().xattrs());
                    }
                    if (!file.data().isEmpty()) {
                        assertThat(stat.allocatedBytes())
                                .as("holes of %s", path)
                                .isLessThanOrEqualTo(item.content().length() + 65_536L);
                    }
                }
            }
        }
    }

    private static Directory parent(Directory top, List<ByteName> names) throws IOException {
        Directory at = top.duplicate();
        for (ByteName name : names.subList(0, names.size() - 1)) {
            Directory next = at.open(name);
            at.close();
            at = next;
        }
        return at;
    }

    private static void compareAttributes(ArchiveEntry entry, FileStat stat) {
        Attributes wanted = entry.attributes();
        Attributes found =
                new Attributes(
                        stat.mode(),
                        stat.uid(),
                        stat.gid(),
                        stat.mtimeSeconds(),
                        stat.mtimeNanos() == 0 ? wanted.mtimeNanos() : stat.mtimeNanos(),
                        wanted.xattrs());
        assertThat(found).as("%s", entry.path()).isEqualTo(wanted);
    }

    private static void compareContent(
            ArchiveEntry.RegularFile file, ByteString content, PosixFile open) throws IOException {
        List<DataRegion> regions =
                file.data().isEmpty() ? List.of(new DataRegion(0, file.sizeBytes())) : file.data();
        int at = 0;
        for (DataRegion region : regions) {
            ByteBuffer bytes = ByteBuffer.allocate((int) region.length());
            long offset = region.offset();
            while (bytes.hasRemaining() && open.readAt(bytes, offset + bytes.position()) > 0) {
                // until the region is read
            }
            assertThat(ByteString.of(bytes.array()))
                    .as("%s at %s", file.path(), region)
                    .isEqualTo(content.substring(at, at + (int) region.length()));
            at += (int) region.length();
        }
    }
}
