package dev.packhorse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.ByteArrayOutputStream;

/// Paths in archives as people type them: what a listing printed can be given back, with `%XX` for
/// bytes that cannot be shown. A `%` that no two hex digits follow stands for itself.
final class PathText {
    private PathText() {}

    static BytePath parse(String text) throws UserError {
        String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        byte[] bytes = plain.getBytes(UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1]) : -1;
            int low = high < 0 ? -1 : hex(bytes[i + 2]);
            if (low < 0) {
                out.write(bytes[i]);
            } else {
                out.write(high << 4 | low);
                i += 2;
            }
        }
        try {
            return new BytePath(ByteString.of(out.toByteArray()));
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    ExitCode.USAGE, "“" + text + "” is no path in an archive: " + e.getMessage());
        }
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }
}
