package dev.packhorse.engine.host;

import java.util.Arrays;

/// The grammar of a virtual host's folder: absolute, without empty, `.` and `..` components,
/// without control characters, at most 4,096 characters.
public final class DocumentRoot {
    private DocumentRoot() {}

    /// Whether the text may be such a folder.
    public static boolean isValid(String text) {
        return text.startsWith("/")
                && text.length() > 1
                && text.length() <= 4_096
                && text.chars().noneMatch(Character::isISOControl)
                && Arrays.stream(text.substring(1).split("/", -1))
                        .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
    }

    /// The text without doubled and trailing slashes, which people leave in such files.
    static String tidied(String text) {
        String single = text.replaceAll("/{2,}", "/");
        return single.length() > 1 && single.endsWith("/")
                ? single.substring(0, single.length() - 1)
                : single;
    }

    /// The folder as the views in an archive write it: relative to the home if it lies below.
    static String relativeTo(String home, String folder) {
        return folder.startsWith(home + "/") ? folder.substring(home.length() + 1) : folder;
    }

    /// The reverse.
    static String below(String home, String text) {
        return text.startsWith("/") ? text : home + "/" + text;
    }
}
