package dev.packhorse.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
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
    private static final Set<String> OUTPUTS = Set.of("yaml", "json", "jsonpretty", "xml");

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
        Iterator<String> words = List.of(args).iterator();
        while (words.hasNext()) {
            String word = words.next();
            if (word.equals("--help")) {
                help = true;
            } else if (isOption(word, "--output") || word.startsWith("-o")) {
                output = Optional.of(output(value(word, words)));
            } else if (isOption(word, "--user")) {
                requireRoot(value(word, words));
            } else if (word.startsWith("--state=")) {
                state = Optional.of(word.substring("--state=".length()));
            } else if (word.equals("--input=json")) {
                jsonInput = true;
            } else if (word.startsWith("--") || (word.startsWith("-") && function.isEmpty())) {
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

    private static boolean isOption(String word, String name) {
        return word.equals(name) || word.startsWith(name + "=");
    }

    /// What an option is set to: the rest of its word, else the next word.
    private static String value(String word, Iterator<String> words) {
        int equals = word.indexOf('=');
        if (equals >= 0) {
            return word.substring(equals + 1);
        }
        if (!word.startsWith("--") && word.length() > 2) {
            return word.substring(2);
        }
        if (!words.hasNext()) {
            throw new IllegalArgumentException("nothing follows " + word);
        }
        return words.next();
    }

    private static void requireRoot(String user) {
        if (!user.equals("root")) {
            throw new IllegalArgumentException(
                    "--user: calls from here are root's; to act as "
                            + user
                            + ", ask the API with an API token of theirs");
        }
    }

    private static String output(String form) {
        if (!OUTPUTS.contains(form)) {
            throw new IllegalArgumentException(
                    "--output must be yaml, json, jsonpretty or xml, not " + form);
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
