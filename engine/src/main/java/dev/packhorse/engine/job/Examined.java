package dev.packhorse.engine.job;

import java.util.List;

/// What the examination of a copy showed. A copy that could not be read to its end has none of
/// these: nothing is known of it.
sealed interface Examined {
    /// Its bytes are those that were stored.
    ///
    /// @param notes what a person should look at all the same
    record Whole(List<String> notes) implements Examined {
        public Whole {
            notes = List.copyOf(notes);
        }
    }

    /// They are not.
    ///
    /// @param finding the first damage, a sentence
    record Damaged(String finding) implements Examined {}

    /// There is no such archive at the place, which answers.
    record Missing() implements Examined {}
}
