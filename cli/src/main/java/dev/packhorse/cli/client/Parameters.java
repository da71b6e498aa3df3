package dev.packhorse.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// The parameters of one call, in order; a name may come more than once.
public final class Parameters {
    private final List<String> pairs = new ArrayList<>();

    /// Adds one, and returns this.
    public Parameters add(String name, String value) {
        pairs.add(encode(name) + "=" + encode(value));
        return this;
    }

    /// The urlencoded form.
    String encoded() {
        StringJoiner joined = new StringJoiner("&");
        joined.add("api.version=1");
        pairs.forEach(joined::add);
        return joined.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
