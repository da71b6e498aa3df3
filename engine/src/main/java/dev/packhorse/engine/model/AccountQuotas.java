package dev.packhorse.engine.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many accounts resellers may have.
///
/// @param numbers by the reseller's name; `*` is every other one
public record AccountQuotas(Map<String, Integer> numbers) {
    /// Any number for everybody.
    public static final AccountQuotas NONE = new AccountQuotas(Map.of());

    private static final String OTHERS = "*";
    private static final Pattern ENTRY =
            Pattern.compile("\\s*(\\*|[a-z][a-z0-9_-]{0,31})\\s*:\\s*([0-9]{1,6})\\s*");

    public AccountQuotas {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }

    /// Reads `NAME: NUMBER; NAME: NUMBER`, nothing for any number.
    ///
    /// @throws IllegalArgumentException if the text is something else, or names one twice
    public static AccountQuotas parse(String text) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split(";", -1)) {
            Matcher entry = ENTRY.matcher(part);
            if (!entry.matches()) {
                throw new IllegalArgumentException("is not RESELLER: NUMBER; *: NUMBER");
            }
            if (numbers.put(entry.group(1), Integer.parseInt(entry.group(2))) != null) {
                throw new IllegalArgumentException("is naming " + entry.group(1) + " twice");
            }
        }
        return new AccountQuotas(numbers);
    }

    /// The number of a reseller, empty if it may have any.
    public OptionalInt of(String reseller) {
        Integer number = numbers.getOrDefault(reseller, numbers.get(OTHERS));
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
