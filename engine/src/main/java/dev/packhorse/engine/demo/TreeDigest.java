package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Says what a tree is, so that it can be compared with another one: a line for each entry, parents
/// before their content, names sorted by their bytes, no link followed, no special file opened. A
/// line holds, separated by blanks and the texts in their `%XX` form: path, type, mode, numeric
/// user and group, modification time to the nanosecond, size of a regular file, SHA-256 of its
/// content, target of a link, first path of a file with several names, and the `user.*` attributes.
/// The top is the entry `.`.
///
/// Memory: the names of the folders on the way down, and an entry for each file with several names.
public final class TreeDigest {
    private TreeDigest() {}

    /// Takes the lines one by one.
    @FunctionalInterface
    public interface LineVisitor {
        void line(String line) throws IOException;
    }

    /// The SHA-256, in hexadecimal, of the lines of a folder, each with a line end.
    ///
    /// @throws IOException if something in it cannot be read
    public static String sha256(Path folder) throws IOException {
        MessageDigest digest = newDigest();
        forEachLine(
                folder,
                line -> {
                    digest.update(line.getBytes(StandardCharsets.UTF_8));
                    digest.update((byte) '\n');
                });
        return HexFormat.of().formatHex(digest.digest());
    }

    /// All lines of a small folder, for a comparison that shows what differs.
    ///
    /// @throws IOException if something in it cannot be read
    public static List<String> lines(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        forEachLine(folder, lines::add);
        return lines;
    }

    /// Gives every line to the visitor.
    ///
    /// @param folder followed if it is a link
    /// @throws IOException if something in it cannot be read, or from the visitor
    public static void forEachLine(Path folder, LineVisitor visitor) throws IOException {
        try (Directory top = Directory.openTrusted(folder)) {
            new TreeWalk(visitor).walk(top);
        }
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
