package dev.packhorse.engine.retention;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers that single destinations have for themselves, as `local: daily=3; Off site:
/// calendar_monthly=12 lock_days=30`. Immutable.
public final class PlaceRules {
    /// No destination has numbers of its own.
    public static final PlaceRules NONE = new PlaceRules(Map.of());

    private static final Pattern ENTRY = Pattern.compile("\\s*([^:;]+?)\\s*:\\s*([^:;]*?)\\s*");
    private static final Pattern NUMBER = Pattern.compile("([a-z_]+)=(\\d{1,6})");

    private final Map<String, Map<PlaceNumber, Integer>> places;

    private PlaceRules(Map<String, Map<PlaceNumber, Integer>> places) {
        this.places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    }

    /// Reads the text of the setting; the empty text has no rules.
    ///
    /// @throws IllegalArgumentException if it is not legal; the message goes on from “is …, which”
    public static PlaceRules parse(String text) {
        if (text.isBlank()) {
            return NONE;
        }
        Map<String, Map<PlaceNumber, Integer>> places = new LinkedHashMap<>();
        for (String entry : text.split(";", -1)) {
            Matcher matcher = ENTRY.matcher(entry);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("is not DESTINATION: key=number …; …");
            }
            if (places.put(matcher.group(1), numbers(matcher.group(2))) != null) {
                throw new IllegalArgumentException(
                        "is naming destination " + matcher.group(1) + " twice");
            }
        }
        return new PlaceRules(places);
    }

    static Map<PlaceNumber, Integer> numbers(String text) {
        EnumMap<PlaceNumber, Integer> numbers = new EnumMap<>(PlaceNumber.class);
        for (String pair : text.split("\\s+", -1)) {
            Matcher matcher = NUMBER.matcher(pair);
            Optional<PlaceNumber> key =
                    matcher.matches() ? PlaceNumber.of(matcher.group(1)) : Optional.empty();
            if (key.isEmpty()) {
                throw new IllegalArgumentException("is not right at “" + pair + "”");
            }
            int value = Integer.parseInt(matcher.group(2));
            if (value > PlaceNumber.LARGEST) {
                throw new IllegalArgumentException("is too large at “" + pair + "”");
            }
            if (numbers.put(key.get(), value) != null) {
                throw new IllegalArgumentException("is giving “" + pair + "” a second time");
            }
        }
        return numbers;
    }

    boolean mention(PlaceNumber number) {
        return places.values().stream().anyMatch(numbers -> numbers.containsKey(number));
    }

    /// The number of a destination, which may be named by its id or its name.
    Optional<Integer> find(String id, String name, PlaceNumber number) {
        return Optional.ofNullable(places.getOrDefault(id, Map.of()).get(number))
                .or(() -> Optional.ofNullable(places.getOrDefault(name, Map.of()).get(number)));
    }
}
