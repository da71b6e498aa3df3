package dev.packhorse.engine.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The path of a request that begins, shows or ends a session.
///
/// Source: whmapi1-protocol 2.4.
///
/// @param securityToken the session's prefix, as `/cpsess1234567890`; empty if there is none
/// @param page what is asked for
record SessionPath(String securityToken, Page page) {
    private static final Pattern PATH =
            Pattern.compile("(/cpsess\\d{1,32})?(?:/(login|logout))?/?");

    /// What a session's path can ask for.
    enum Page {
        LOGIN,
        LOGOUT,
        /// The session's first page.
        TOP
    }

    /// Empty for any other path.
    static Optional<SessionPath> parse(String decodedPath) {
        Matcher matcher = PATH.matcher(decodedPath);
        if (!matcher.matches() || (matcher.group(1) == null && matcher.group(2) == null)) {
            return Optional.empty();
        }
        Page page =
                switch (String.valueOf(matcher.group(2))) {
                    case "login" -> Page.LOGIN;
                    case "logout" -> Page.LOGOUT;
                    default -> Page.TOP;
                };
        return Optional.of(new SessionPath(matcher.group(1) == null ? "" : matcher.group(1), page));
    }
}
