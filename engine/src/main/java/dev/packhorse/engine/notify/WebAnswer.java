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
    public WebAnswer {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
