package dev.packhorse.engine.model;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// What counts as the address of a mail: the usual form, so that nothing in it can become a header
/// or an argument of a program.
public final class MailAddress {
    /// A host's own name may have `_`, and mail to it works.
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+=-]{0,63}@[A-Za-z0-9][A-Za-z0-9._-]{0,253}");

    private MailAddress() {}

    /// Whether a text is an address.
    public static boolean isValid(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /// The addresses of a list with commas between.
    ///
    /// @throws IllegalArgumentException naming the first that is none, as the end of a sentence
    public static List<String> list(String text) {
        List<String> addresses = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        for (String each : addresses) {
            if (each.isEmpty()) {
                throw new IllegalArgumentException("is a list with nothing beside a comma");
            }
            if (!isValid(each)) {
                throw new IllegalArgumentException("is not an address in “" + each + "”");
            }
        }
        return addresses;
    }
}
