package dev.packhorse.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A name, in which `*` stands for any characters.
///
/// @param text as it was written
public record NamePattern(String text) {
    public NamePattern {
        if (text.isBlank()) {
            throw new IllegalArgumentException("is naming nothing between two commas");
        }
    }

    /// Reads names with commas between; empty text is none.
    ///
    /// @throws IllegalArgumentException if one is empty; the message goes on from “is …, which”
    public static List<NamePattern> list(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        List<NamePattern> names = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            names.add(new NamePattern(part.strip()));
        }
        return List.copyOf(names);
    }

    boolean matches(String name) {
        String pattern =
                Stream.of(text.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(name).matches();
    }
}
