package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Filters that leave nothing of a tree but what has one path. Rsync finds its way to it as to
/// everything in a folder, so it follows no link on it, as it would if the path were its source;
/// and since the names stand in a file, they may be of any bytes. The receiver takes nothing that
/// its filters leave out.
///
/// Source: rsync(1), “FILTER RULES”, options `--exclude-from`, `--from0`
///
/// @param lines each character is one byte
record TreeRules(List<String> lines) {
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");
    private static final Pattern SPECIAL = Pattern.compile("[*?\\[\\\\]");

    TreeRules {
        lines = List.copyOf(lines);
    }

    /// @param part empty for the top
    /// @param deep whether all below it stays, else what is right in it
    static TreeRules of(Optional<TreePath> part, boolean deep) {
        List<String> lines = new ArrayList<>();
        String above = "";
        String[] names = part.map(path -> path.value().split("/", -1)).orElse(new String[0]);
        for (int i = 0; i < names.length; i++) {
            String path = above + "/" + names[i];
            boolean isLast = i == names.length - 1;
            lines.add("+ " + literally(path) + (isLast ? "" : "/"));
            lines.add("- " + escaped(above) + "/*");
            above = path;
        }
        if (!deep) {
            lines.add("- " + escaped(above) + "/*/*");
        }
        return new TreeRules(lines);
    }

    /// In a pattern without wildcards a backslash is one.
    private static String literally(String path) {
        return WILDCARD.matcher(path).find() ? escaped(path) : path;
    }

    private static String escaped(String path) {
        return SPECIAL.matcher(path).replaceAll("\\\\$0");
    }

    /// Writes them.
    ///
    /// @param folder a private one
    /// @return the options that name them
    List<String> write(Path folder) throws IOException {
        Path file = folder.resolve("rules");
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\0'));
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        return List.of("--from0", "--exclude-from=" + file);
    }
}
