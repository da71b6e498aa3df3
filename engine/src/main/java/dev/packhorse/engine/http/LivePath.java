package dev.packhorse.engine.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A path of events or logs.
///
/// @param securityToken the session's prefix, as `/cpsess1234567890`; empty if there is none
/// @param page the rest, as `/events` or `/logs/runs`
record LivePath(String securityToken, String page) {
    private static final Pattern PATH =
            Pattern.compile("(/cpsess\\d{1,32})?(/events|/logs/.*)", Pattern.DOTALL);

    /// Empty for any other path.
    static Optional<LivePath> parse(String decodedPath) {
        Matcher matcher = PATH.matcher(decodedPath);
        return matcher.matches()
                ? Optional.of(
                        new LivePath(
                                matcher.group(1) == null ? "" : matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }
}
