package dev.packhorse.engine.component;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The way from the home where an account was packed to the one that it has here, for texts that
/// name paths: crontabs, forwarders, settings of web sites.
///
/// @param from the old home, absolute, without a slash at the end
/// @param to the home here, likewise
public record HomeMove(String from, String to) {
    /// A text in which each path at or below the old home is one at or below the new home. What
    /// only begins or ends like it (`/home/demo2`, `/backup/home/demo`) stays.
    public String apply(String text) {
        if (from.equals(to) || !text.contains(from)) {
            return text;
        }
        return Pattern.compile("(?<![\\w./~-])" + Pattern.quote(from) + "(?![\\w.-])")
                .matcher(text)
                .replaceAll(Matcher.quoteReplacement(to));
    }
}
