package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/// One walk through a tree. The way down is a stack and not calls within calls, so that a deep tree
/// does no harm; one descriptor is held a level.
final class TreeWalk {
    private static final ByteString USER = ByteString.of("user.");
    private static final String NONE = "-";

    private final TreeDigest.LineVisitor visitor;
    private final Map<FileId, String> firstPaths = new HashMap<>();
    private final ByteBuffer block = ByteBuffer.allocate(1 << 18);

    TreeWalk(TreeDigest.LineVisitor visitor) {
        this.visitor = visitor;
    }

    private record FileId(long device, long inode) {}

    private record Level(Directory folder, String prefix, Iterator<ByteName> rest)
            implements AutoCloseable {
        static Level of(Directory folder, String prefix) throws IOException {
            try {
                return new Level(folder, prefix, folder.list().iterator());
            } catch (IOException e) {
                try (folder) {
                    throw e;
                }
            }
        }

        @Override
        public void close() throws IOException {
            folder.close();
        }
    }

    void walk(Directory top) throws IOException {
        visitor.line(line(".", top.stat(), NONE, NONE, NONE, top.xattrs()));
        Deque<Level> way = new ArrayDeque<>();
        try {
            way.push(Level.of(top.duplicate(), ""));
            while (!way.isEmpty()) {
                Level level = way.element();
                if (level.rest().hasNext()) {
                    visit(level, level.rest().next(), way);
                } else {
                    way.pop().close();
                }
            }
        } finally {
            for (Level level : way) {
                level.close();
            }
        }
    }

    private void visit(Level level, ByteName name, Deque<Level> way) throws IOException {
        String path = level.prefix() + name;
        FileStat stat = level.folder().stat(name);
        switch (stat.type()) {
            case DIRECTORY -> {
                Directory folder = level.folder().open(name);
                way.push(Level.of(folder, path + "/"));
                visitor.line(line(path, folder.stat(), NONE, NONE, NONE, folder.xattrs()));
            }
            case REGULAR -> visitRegular(level.folder(), name, path);
            case SYMLINK -> {
                String target = level.folder().readLink(name).display();
                visitor.line(line(path, stat, NONE, target, NONE, Map.of()));
            }
            default -> visitor.line(line(path, stat, NONE, NONE, NONE, Map.of()));
        }
    }

    private void visitRegular(Directory folder, ByteName name, String path) throws IOException {
        try (PosixFile file = folder.openForReading(name)) {
            FileStat stat = file.stat();
            String first = NONE;
            if (stat.links() > 1) {
                FileId id = new FileId(stat.device(), stat.inode());
                first = firstPaths.computeIfAbsent(id, _ -> path);
            }
            visitor.line(line(path, stat, digest(file), NONE, first, file.xattrs()));
        }
    }

    private String digest(PosixFile file) throws IOException {
        MessageDigest digest = TreeDigest.newDigest();
        while (file.read(block.clear()) >= 0) {
            digest.update(block.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String line(
            String path,
            FileStat stat,
            String content,
            String target,
            String firstPath,
            Map<ByteString, ByteString> xattrs) {
        long size = stat.type() == FileType.REGULAR ? stat.sizeBytes() : 0;
        return "%s %s %04o %d:%d %d.%09d %d %s %s %s %s"
                .formatted(
                        path.replace(" ", "%20"),
                        stat.type(),
                        stat.mode(),
                        stat.uid(),
                        stat.gid(),
                        stat.mtimeSeconds(),
                        stat.mtimeNanos(),
                        size,
                        content,
                        target.replace(" ", "%20"),
                        firstPath.replace(" ", "%20"),
                        attributes(xattrs));
    }

    private static String attributes(Map<ByteString, ByteString> xattrs) {
        Map<ByteString, String> own = new TreeMap<>();
        xattrs.forEach((name, value) -> {
            if (name.startsWith(USER)) {
                own.put(name, HexFormat.of().formatHex(value.toBytes()));
            }
        });
        return own.isEmpty() ? NONE : own.toString().replace(" ", "");
    }
}
