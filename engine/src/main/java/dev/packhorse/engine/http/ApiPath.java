package dev.packhorse.engine.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the path of a call asks for.
///
/// Source: whmapi1-protocol 1.2; header-authenticated calls may carry a session's prefix as well,
/// and clients that have no session leave its number empty. No session has an empty number, so a
/// cookie opens none.
///
/// @param securityToken the session's prefix, as `/cpsess1234567890`; empty if there is none
/// @param form `json-api` or `xml-api`
/// @param function the name of the function, as given
record ApiPath(String securityToken, String form, String function) {
    private static final String XML = "xml-api";

    private static final Pattern PATH =
            Pattern.compile("(/cpsess\\d{0,32})?/(json-api|xml-api)/(.*)", Pattern.DOTALL);

    /// A call of which nothing is encoded, with one slash too many before it.
    private static final Pattern AFTER_EMPTY_PART =
            Pattern.compile("/((?:/cpsess\\d{0,32})?/(?:json-api|xml-api)/[A-Za-z0-9_]+)");

    /// The path of a call without the empty part at its beginning; empty for any other path.
    ///
    /// @param sentPath as it was sent
    static Optional<String> afterEmptyPart(String sentPath) {
        Matcher matcher = AFTER_EMPTY_PART.matcher(sentPath);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// Empty for a path that is no call.
    static Optional<ApiPath> parse(String decodedPath) {
        Matcher matcher = PATH.matcher(decodedPath);
        return matcher.matches()
                ? Optional.of(
                        new ApiPath(
                                matcher.group(1) == null ? "" : matcher.group(1),
                                matcher.group(2),
                                matcher.group(3)))
                : Optional.empty();
    }

    boolean isXml() {
        return form.equals(XML);
    }
}
