package dev.packhorse.transport.backblaze;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/// What a request logged in with. Whatever answers may repeat it, and what it says ends up in logs.
///
/// @param words each form of it
record SentLogin(Set<String> words) {
    private static final String BASIC = "Basic ";

    static SentLogin of(HttpRequest request) {
        Set<String> words = new LinkedHashSet<>();
        for (String value : request.headers().allValues("Authorization")) {
            if (value.startsWith(BASIC)) {
                String encoded = value.substring(BASIC.length());
                String pair =
                        new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
                words.add(encoded);
                words.add(pair.substring(pair.indexOf(':') + 1));
            } else {
                words.add(value);
            }
        }
        return new SentLogin(words);
    }

    /// A text with it made unreadable.
    String hiddenIn(String text) {
        String hidden = text;
        for (String word : words) {
            hidden = word.isEmpty() ? hidden : hidden.replace(word, "…");
        }
        return hidden;
    }
}
