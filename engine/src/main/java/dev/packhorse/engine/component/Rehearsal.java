package dev.packhorse.engine.component;

import java.util.List;

/// What a module's restore would do, found out without doing it.
///
/// @param report what it would tell
/// @param creates what it would make, besides files of the host outside of homes
/// @param replaces what it would put in the place of something
/// @param removes what it would take away
public record Rehearsal(RestoreReport report, Items creates, Items replaces, Items removes) {
    /// Of a module that changes nothing but files of the host.
    public static Rehearsal of(RestoreReport report) {
        return new Rehearsal(report, Items.NONE, Items.NONE, Items.NONE);
    }

    /// Things, named up to a limit.
    ///
    /// @param count how many there are
    /// @param first the first of them
    public record Items(long count, List<String> first) {
        /// None.
        public static final Items NONE = new Items(0, List.of());

        public Items {
            first = List.copyOf(first);
        }

        /// All of a list.
        public static Items of(List<String> all) {
            return new Items(all.size(), all);
        }

        /// Those of a list that counts what it does not keep.
        public static Items of(ItemList list) {
            return new Items(list.size(), list.toList());
        }
    }
}
