package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Everything that makes packers and restores stumble: names, links, modes, times, holes, special
/// files, attributes.
final class FrankHome {
    private static final long SPARSE_BYTES = 16L << 20;

    private static final List<String> NAMES =
            List.of(
                    "with space.txt",
                    " leading and trailing ",
                    "-rf",
                    "--help",
                    "quote's \"double\".txt",
                    "new\nline.txt",
                    "tab\there",
                    "back\\slash",
                    "dollar$(id)`id`",
                    "percent%41",
                    "star*question?",
                    "composed-\u00e9t\u00e9.txt",
                    "decomposed-e\u0301te\u0301.txt",
                    "right-to-left-\u05e9\u05dc\u05d5\u05dd",
                    "emoji-\ud83d\udc34.txt",
                    "UPPER.TXT",
                    "upper.txt",
                    "...",
                    "~");

    /// Latin-1, a byte order mark, a cut character, every byte that may stand in a name alone.
    private static final List<String> RAW_NAMES =
            List.of("6c6174696e312d636166e9", "fffe2d6e6f74", "6375742de697", "01", "7f", "ff");

    private final DemoTree tree;

    FrankHome(DemoTree tree) {
        this.tree = tree;
    }

    void write() throws IOException {
        writeNames();
        writeLinks();
        writeModes();
        writeTimes();
        writeSparse();
        writeAttributes();
        writeSpecial();
        tree.folder("odd/empty", 0755);
        tree.folder("odd/empty-private", 0700);
        tree.file("odd/zero", 0644, "");
        for (int size : new int[] {1, 511, 512, 513, 10_239, 10_240, 65_536}) {
            put("odd/sizes/" + size, "s".repeat(size));
        }
    }

    private void writeNames() throws IOException {
        for (String name : NAMES) {
            put("odd/names/" + name, "file " + name + "\n");
        }
        for (String hex : RAW_NAMES) {
            ByteName name = new ByteName(ByteString.of(HexFormat.of().parseHex(hex)));
            tree.file(BytePath.of("odd/names").resolve(name), 0644, ascii(hex));
        }
        BytePath rawFolder =
                BytePath.of("odd/names")
                        .resolve(new ByteName(ByteString.of(HexFormat.of().parseHex("646972e8"))));
        tree.file(rawFolder.resolve("inside.txt"), 0644, ascii("inside"));
        put("odd/names/" + "n".repeat(ByteName.MAX_BYTES), "255 bytes\n");
        put("odd/names/" + "\u00e9".repeat(127) + "x", "255 bytes of two-byte characters\n");
        String deep = "odd/deep" + ("/" + "d".repeat(200)).repeat(6);
        put(deep + "/" + "f".repeat(100), "more than 1,000 bytes\n");
        put("odd/levels" + "/l".repeat(120) + "/bottom", "120 levels\n");
    }

    private void writeLinks() throws IOException {
        put("odd/links/target.txt", "target\n");
        tree.symlink("odd/links/relative", "target.txt");
        tree.symlink("odd/links/up", "../names/UPPER.TXT");
        tree.symlink("odd/links/absolute-inside", "/home/frank/odd/links/target.txt");
        tree.symlink("odd/links/absolute-outside", "/etc/passwd");
        tree.symlink("odd/links/out", "../../../../etc/passwd");
        tree.symlink("odd/links/dangling", "no/such/file");
        tree.symlink("odd/links/loop", "loop");
        tree.symlink("odd/links/self", ".");
        tree.symlink("odd/links/folder", "../names");
        tree.symlink("odd/links/long", "x/".repeat(300) + "end");
        tree.symlink("odd/links/odd target", "with\nline and \"quotes\"");
        put("odd/hard/first", "three names\n");
        tree.hardLink("odd/hard/first", "odd/hard/second");
        tree.hardLink("odd/hard/first", "odd/links/third");
    }

    private void writeModes() throws IOException {
        mode("odd/modes/setuid", 04755);
        mode("odd/modes/setgid", 02755);
        mode("odd/modes/none", 0000);
        mode("odd/modes/write-only", 0200);
        mode("odd/modes/all", 0777);
        mode("odd/modes/execute", 0111);
        tree.folder("odd/modes/sticky-folder", 01777);
        tree.folder("odd/modes/setgid-folder", 02775);
        tree.folder("odd/modes/read-only-folder", 0755);
        mode("odd/modes/read-only-folder/inside", 0444);
    }

    private void writeTimes() throws IOException {
        timed("odd/times/before-1970", -86_400L * 365, 250_000_000);
        timed("odd/times/second-before-1970", -1, 999_999_999);
        timed("odd/times/zero", 0, 0);
        timed("odd/times/one-nanosecond", 1_700_000_000L, 1);
        timed("odd/times/after-2038", 4_102_444_800L, 123_456_789);
    }

    private void writeSparse() throws IOException {
        BytePath path = BytePath.of("odd/sparse/holes.img");
        try (PosixFile file = tree.create(path)) {
            file.writeAt(ByteBuffer.wrap(ascii("start".repeat(100))), 0);
            file.writeAt(ByteBuffer.wrap(ascii("middle".repeat(100))), SPARSE_BYTES / 2);
            file.truncate(SPARSE_BYTES);
            tree.complete(path, file, 0644);
        }
        BytePath hole = BytePath.of("odd/sparse/only-a-hole.img");
        try (PosixFile file = tree.create(hole)) {
            file.truncate(SPARSE_BYTES);
            tree.complete(hole, file, 0644);
        }
    }

    /// Not every file system takes them.
    private void writeAttributes() throws IOException {
        BytePath path = BytePath.of("odd/attributes/file");
        try (PosixFile file = tree.create(path)) {
            file.write(ByteBuffer.wrap(ascii("with attributes\n")));
            file.setXattr(ByteString.of("user.comment"), ByteString.of("caf\u00e9\0binary"));
            file.setXattr(ByteString.of("user.empty"), ByteString.of(""));
            tree.complete(path, file, 0644);
        } catch (PosixException e) {
            if (!e.is(Errno.ENOTSUP)) {
                throw e;
            }
            tree.stamp(path);
        }
    }

    private void writeSpecial() throws IOException {
        BytePath fifo = BytePath.of("odd/special/fifo");
        Directory folder = tree.parent(fifo);
        folder.makeFifo(fifo.name());
        tree.stamp(fifo);
        BytePath socket = BytePath.of("odd/special/socket");
        tree.parent(socket).makeSocket(socket.name());
        tree.stamp(socket);
    }

    private void mode(String path, int mode) throws IOException {
        tree.file(path, mode, "mode %o\n".formatted(mode));
    }

    private void timed(String path, long seconds, int nanos) throws IOException {
        put(path, "time\n");
        BytePath file = BytePath.of(path);
        tree.parent(file).setTimes(file.name(), seconds, nanos);
    }

    private void put(String path, String content) throws IOException {
        tree.file(path, 0644, content);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
