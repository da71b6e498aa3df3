package dev.packhorse.engine.backupconfig;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// How values of the backup configuration look. The normal form is the API's.
public enum ValueForm {
    /// A switch that the file spells `yes` or `no`.
    WORD(true),
    /// A switch that the file spells `1` or `0`.
    BIT(true),
    /// A switch that the file spells `1` or `-1`.
    SIGN(true),
    /// A whole number, not negative.
    COUNT(true),
    /// Weekdays 0 to 6 with commas.
    WEEKDAYS(false),
    /// Days of the month 1 to 31 with commas.
    MONTH_DATES(false),
    /// One of a few words.
    CHOICE(false),
    /// An absolute path, or empty where none is set.
    FOLDER(false),
    /// Any one line.
    TEXT(false);

    private static final int MAX_TEXT = 1_024;

    private final boolean number;

    ValueForm(boolean number) {
        this.number = number;
    }

    /// Whether the API shows the value as a number.
    public boolean isNumber() {
        return number;
    }

    /// Whether the value is `0` or `1`.
    public boolean isSwitch() {
        return this == WORD || this == BIT || this == SIGN;
    }

    String normalise(String text, List<String> choices) {
        return switch (this) {
            case WORD, BIT, SIGN -> flag(text);
            case COUNT -> count(text);
            case WEEKDAYS -> numbers(text, 0, 6);
            case MONTH_DATES -> numbers(text, 1, 31);
            case CHOICE -> choice(text, choices);
            case FOLDER -> folder(text);
            case TEXT -> oneLine(text);
        };
    }

    String toFile(String normal) {
        return switch (this) {
            case WORD -> normal.equals("1") ? "yes" : "no";
            case SIGN -> normal.equals("1") ? "1" : "-1";
            default -> normal;
        };
    }

    private static String flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "on", "true" -> "1";
            case "0", "-1", "no", "off", "false", "" -> "0";
            default -> throw new IllegalArgumentException("must be 1 or 0");
        };
    }

    private static String count(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("must be a whole number from 0 to 999999999");
        }
        return String.valueOf(Integer.parseInt(text));
    }

    private static String numbers(String text, int smallest, int largest) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            String digits = part.strip();
            int number = digits.matches("[0-9]{1,2}") ? Integer.parseInt(digits) : -1;
            if (number < smallest || number > largest) {
                throw new IllegalArgumentException(
                        "must be numbers from "
                                + smallest
                                + " to "
                                + largest
                                + " with commas between");
            }
            numbers.add(number);
        }
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String choice(String text, List<String> choices) {
        return choices.stream()
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "must be one of " + String.join(", ", choices)));
    }

    private static String folder(String text) {
        if (text.isEmpty()) {
            return text;
        }
        String path =
                text.length() > 1 && text.endsWith("/")
                        ? text.substring(0, text.length() - 1)
                        : text;
        boolean plain = (path + "/").matches("(/(?!\\.{1,2}/)[^/\\p{Cntrl}]+)+/");
        if (!plain || path.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "must be an absolute path without “.” and “..”, as /backup");
        }
        return path;
    }

    private static String oneLine(String text) {
        if (text.length() > MAX_TEXT || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("must be one line of at most 1024 characters");
        }
        return text;
    }
}
