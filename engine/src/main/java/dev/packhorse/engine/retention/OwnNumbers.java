package dev.packhorse.engine.retention;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Numbers that some accounts have for themselves, everywhere or at single places; they come before
/// those that places have for all. Immutable.
public final class OwnNumbers {
    /// No numbers.
    public static final OwnNumbers NONE = new OwnNumbers(Map.of(), PlaceRules.NONE);

    private final Map<PlaceNumber, Integer> everywhere;
    private final PlaceRules places;

    private OwnNumbers(Map<PlaceNumber, Integer> everywhere, PlaceRules places) {
        this.everywhere = Map.copyOf(everywhere);
        this.places = places;
    }

    /// The same with numbers for everywhere, as `daily=14 calendar_monthly=12`; empty text has
    /// none.
    ///
    /// @throws IllegalArgumentException if it is not legal; the message goes on from “is …, which”
    public OwnNumbers withNumbers(String text) {
        Map<PlaceNumber, Integer> numbers =
                text.isBlank() ? Map.of() : PlaceRules.numbers(text.strip());
        requireOwn(numbers::containsKey);
        return new OwnNumbers(numbers, places);
    }

    /// The same with numbers for single places, in the form of [PlaceRules].
    ///
    /// @throws IllegalArgumentException if it is not legal; the message goes on from “is …, which”
    public OwnNumbers withPlaces(String text) {
        PlaceRules rules = PlaceRules.parse(text);
        requireOwn(rules::mention);
        return new OwnNumbers(everywhere, rules);
    }

    /// A place is locked for all, and an account that has left has nothing of its own any more.
    private static void requireOwn(Predicate<PlaceNumber> given) {
        for (PlaceNumber number : List.of(PlaceNumber.LOCK_DAYS, PlaceNumber.ORPHAN_DAYS)) {
            if (given.test(number)) {
                throw new IllegalArgumentException(
                        "is setting " + number.word() + ", which is the same for all accounts");
            }
        }
    }

    Optional<Integer> find(String id, String name, PlaceNumber number) {
        return places.find(id, name, number).or(() -> Optional.ofNullable(everywhere.get(number)));
    }
}
