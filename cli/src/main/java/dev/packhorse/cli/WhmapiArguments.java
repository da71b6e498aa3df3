package dev.packhorse.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The words of a `whmapi1` command line.
///
/// @param function the function's name, empty only with `help`
/// @param pairs its arguments, decoded, in order
/// @param output the form of the answer, empty for the default
/// @param state the state folder, empty for the default
/// @param jsonInput whether standard input holds arguments
/// @param help whether only the usage was asked for
record WhmapiArguments(
        String function,
        List<Map.Entry<String, String>> pairs,
        Optional<String> output,
        Optional<String> state,
        boolean jsonInput,
        boolean help) {
    private static final Set<String> OUTPUTS = Set.of("yaml", "json", "jsonpretty");

    /// Reads the words.
    ///
    /// @throws IllegalArgumentException with a sentence for the person at the terminal
    static WhmapiArguments parse(String[] args) {
        String function = "";
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        Optional<String> output = Optional.empty();
        Optional<String> state = Optional.empty();
        boolean jsonInput = false;
        boolean help = false;
        for (String word : args) {
            if (word.equals("--help")) {
                help = true;
            } else if (word.startsWith("--output=")) {
                output = Optional.of(output(word.substring("--output=".length())));
            } else if (word.startsWith("--state=")) {
                state = Optional.of(word.substring("--state=".length()));
            } else if (word.equals("--input=json")) {
                jsonInput = true;
            } else if (word.startsWith("--")) {
                throw new IllegalArgumentException("unknown option " + word);
            } else if (function.isEmpty()) {
                function = word;
            } else {
                pairs.add(pair(word));
            }
        }
        if (function.isEmpty() && !help) {
            throw new IllegalArgumentException("name a function");
        }
        return new WhmapiArguments(function, List.copyOf(pairs), output, state, jsonInput, help);
    }

    private static String output(String form) {
        if (!OUTPUTS.contains(form)) {
            throw new IllegalArgumentException(
                    "--output must be yaml, json or jsonpretty, not " + form);
        }
        return form;
    }

    private static Map.Entry<String, String> pair(String word) {
        int equals = word.indexOf('=');
        return equals < 0
                ? Map.entry(decode(word), "")
                : Map.entry(decode(word.substring(0, equals)), decode(word.substring(equals + 1)));
    }

    /// Decodes `%XX` only: a `%` that begins no hex pair and a `+` stand for themselves, since
    /// people type plain values.
    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            boolean pair =
                    bytes[i] == '%'
                            && i + 2 < bytes.length
                            && HexFormat.isHexDigit(bytes[i + 1])
                            && HexFormat.isHexDigit(bytes[i + 2]);
            if (pair) {
                decoded.write(
                        HexFormat.fromHexDigit(bytes[i + 1]) * 16
                                + HexFormat.fromHexDigit(bytes[i + 2]));
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
