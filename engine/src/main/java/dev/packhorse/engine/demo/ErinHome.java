package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Twenty thousand small files: pages of a cache, and the empty session files that sites leave by
/// the thousand, which take no space on the disk.
final class ErinHome {
    static final int FILES = 20_000;
    private static final int PER_FOLDER = 200;

    private ErinHome() {}

    static void write(DemoTree tree, int files) throws IOException {
        byte[] text = DemoText.seeded("erin").prose(4_000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < files; i++) {
            boolean page = i / PER_FOLDER % 2 == 0;
            String folder = (page ? "public_html/cache/p" : "sessions/s") + i / PER_FOLDER;
            if (page) {
                tree.file(BytePath.of(folder + "/" + i + ".html"), 0644, page(text, i));
            } else {
                tree.file(BytePath.of(folder + "/sess_" + i), 0600, new byte[0]);
            }
        }
    }

    private static byte[] page(byte[] text, int number) {
        String head = "<!-- page %d -->\n".formatted(number);
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        int length = 100 + number * 31 % 1_400;
        byte[] page = new byte[start.length + length];
        System.arraycopy(start, 0, page, 0, start.length);
        System.arraycopy(text, number % 2_000, page, start.length, length);
        return page;
    }
}
