package dev.packhorse.engine.notify;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a web server answered.
///
/// @param status of HTTP
/// @param reason the words after it, may be empty
/// @param headers by lower-case name; of several only the last
/// @param content its beginning, as UTF-8
public record WebAnswer(
        int status, String reason, SortedMap<String, String> headers, String content) {
    private static final String HIDDEN = "…";

    public WebAnswer {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    /// The same where it does not repeat this.
    WebAnswer without(String secret) {
        SortedMap<String, String> discreet = new TreeMap<>(headers);
        discreet.replaceAll((_, value) -> value.replace(secret, HIDDEN));
        return new WebAnswer(
                status, reason.replace(secret, HIDDEN), discreet, content.replace(secret, HIDDEN));
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
