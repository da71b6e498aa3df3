package dev.packhorse.engine.component.home;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/// All that is to be known of a tree on the disk: for each path its type, mode, owner, group, time
/// of modification, size, content, link target, other names, attributes and access lists. Shares
/// nothing with the product but the way to call the kernel.
final class TreeFacts {
    private static final int BLOCK = 4_096;

    private final SortedMap<String, String> lines = new TreeMap<>();
    private final Map<Long, String> firstNames = new HashMap<>();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);

    private TreeFacts() {}

    static SortedMap<String, String> of(Path root) throws IOException {
        TreeFacts facts = new TreeFacts();
        try (Directory top = Directory.openTrusted(root)) {
            facts.folder(top, ".");
        }
        return facts.lines;
    }

    /// What differs, a line for each path.
    static List<String> differences(
            SortedMap<String, String> wanted, SortedMap<String, String> found) {
        SortedMap<String, String> all = new TreeMap<>(found);
        all.putAll(wanted);
        List<String> differences = new ArrayList<>();
        for (String path : all.keySet()) {
            String before = wanted.getOrDefault(path, "absent");
            String after = found.getOrDefault(path, "absent");
            if (!before.equals(after)) {
                differences.add(path + "\n  wanted " + before + "\n  found  " + after);
            }
        }
        return differences;
    }

    private void folder(Directory folder, String path) throws IOException {
        lines.put(path, common(folder.stat()) + attributes(folder.xattrs()));
        for (ByteName name : folder.list()) {
            one(folder, name, path + "/" + name);
        }
    }

    private void one(Directory folder, ByteName name, String path) throws IOException {
        FileStat stat = folder.stat(name);
        switch (stat.type()) {
            case DIRECTORY -> {
                try (Directory below = folder.open(name)) {
                    folder(below, path);
                }
            }
            case SYMLINK -> lines.put(path, common(stat) + " -> " + folder.readLink(name));
            case REGULAR -> {
                String first = firstNames.putIfAbsent(stat.inode(), path);
                if (stat.links() > 1 && first != null) {
                    lines.put(path, "= " + first);
                    return;
                }
                try (PosixFile file = folder.openForReading(name)) {
                    lines.put(
                            path,
                            common(stat)
                                    + " "
                                    + stat.sizeBytes()
                                    + " "
                                    + content(file, stat.sizeBytes())
                                    + attributes(file.xattrs()));
                }
            }
            default -> lines.put(path, common(stat));
        }
    }

    private static String common(FileStat stat) {
        boolean link = stat.type() == FileType.SYMLINK;
        return "%s %04o %d:%d %d.%09d"
                .formatted(
                        stat.type(),
                        link ? 0777 : stat.mode(),
                        stat.uid(),
                        stat.gid(),
                        stat.mtimeSeconds(),
                        stat.mtimeNanos());
    }

    private static String attributes(Map<ByteString, ByteString> all) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(all)
                .forEach((name, value) ->
                        text.append(' ')
                                .append(name.display().replace(' ', '_'))
                                .append('=')
                                .append(HexFormat.of().formatHex(value.toBytes())));
        return text.toString();
    }

    /// Where the data lies is the file system's affair: blocks of zeros count as holes.
    private String content(PosixFile file, long size) throws IOException {
        CRC32 crc = new CRC32();
        long at = file.seekData(0).orElse(size) / BLOCK * BLOCK;
        while (at < size) {
            block.clear();
            while (block.hasRemaining() && file.readAt(block, at + block.position()) > 0) {
                // until the block is full or the file ends
            }
            if (!isZero()) {
                crc.update(Long.toString(at).getBytes(US_ASCII));
                crc.update(block.array(), 0, block.position());
            }
            long next = at + BLOCK;
            at = next >= size ? size : file.seekData(next).orElse(size) / BLOCK * BLOCK;
        }
        return Long.toHexString(crc.getValue());
    }

    private boolean isZero() {
        for (int i = 0; i < block.position(); i++) {
            if (block.array()[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
