package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// A user to be made. Nothing in it can break out of its field.
///
/// @param wantedUid the number it gets if neither a user nor a group has it
/// @param comment the full name, may be empty
/// @param home absolute, without `.` and `..`
/// @param shell absolute, without `.` and `..`
/// @param passwordHash a crypt(3) hash, or `!` or `*` for none
public record NewUser(
        AccountName name,
        OptionalInt wantedUid,
        String comment,
        String home,
        String shell,
        String passwordHash) {
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._+@-]+)+");
    private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(?:/.*)?");
    private static final Pattern HASH =
            Pattern.compile("[!*]{1,2}|!{0,2}[./0-9A-Za-z$=,+-]{13,384}");

    public NewUser {
        require(isPath(home), name, "home", home);
        require(isPath(shell), name, "shell", shell);
        require(isComment(comment), name, "comment", comment);
        if (!isHash(passwordHash)) {
            throw new IllegalArgumentException("not a password hash for user " + name);
        }
        wantedUid.ifPresent(uid -> require(uid > 0, name, "uid", Integer.toString(uid)));
    }

    /// Whether the text is an absolute path that may stand in `/etc/passwd`.
    public static boolean isPath(String text) {
        return text.length() <= 1_024
                && PATH.matcher(text).matches()
                && !DOTS.matcher(text).matches();
    }

    /// Whether the text is a crypt(3) hash, perhaps locked by `!`, or a mark for no password.
    public static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    private static boolean isComment(String text) {
        return text.length() <= 256
                && text.chars().allMatch(c -> c >= ' ' && c < 256 && c != ':' && c != 127);
    }

    private static void require(boolean holds, AccountName name, String what, String value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "bad %s for user %s: “%s”".formatted(what, name, DomainName.printable(value)));
        }
    }
}
