package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.SlotName;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Of which slots the archives of an account lack databases of one module.
///
/// @param stretches those slots, in the order of time; the newest [#MOST]
/// @param whole the newest slot behind the first of them that is known to lack none
record LackingSlots(List<Stretch> stretches, Optional<SlotName> whole) {
    /// So many are kept; nights that follow each other are one.
    static final int MOST = 500;

    static final LackingSlots NONE = new LackingSlots(List.of(), Optional.empty());

    private static final String TO = "..";
    private static final String WHOLE = "+";
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HHmm", Locale.ROOT);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("HHmmss", Locale.ROOT);

    /// Slots between whose ends none is known to be whole, both ends included.
    record Stretch(SlotName first, SlotName last) {
        boolean has(SlotName slot) {
            return first.compareTo(slot) <= 0 && last.compareTo(slot) >= 0;
        }

        private static Stretch parse(String text) {
            int to = text.indexOf(TO);
            return to < 0
                    ? of(SlotName.parse(text))
                    : new Stretch(
                            SlotName.parse(text.substring(0, to)),
                            SlotName.parse(text.substring(to + TO.length())));
        }

        private static Stretch of(SlotName slot) {
            return new Stretch(slot, slot);
        }

        @Override
        public String toString() {
            return first.equals(last) ? first.toString() : first + TO + last;
        }
    }

    LackingSlots {
        stretches =
                stretches.stream()
                        .sorted(Comparator.comparing(Stretch::first))
                        .skip(Math.max(0, stretches.size() - MOST))
                        .toList();
    }

    /// The slots of a line of the record, as `2026-11-03..2026-11-09 2026-11-12 +2026-11-13`.
    ///
    /// @throws IllegalArgumentException if it is damaged
    static LackingSlots parse(String text) {
        List<Stretch> stretches = new ArrayList<>();
        Optional<SlotName> whole = Optional.empty();
        for (String word : text.split(" ", -1)) {
            if (word.startsWith(WHOLE)) {
                whole = Optional.of(SlotName.parse(word.substring(WHOLE.length())));
            } else {
                stretches.add(Stretch.parse(word));
            }
        }
        return new LackingSlots(stretches, whole);
    }

    @Override
    public String toString() {
        return Stream.concat(
                        stretches.stream().map(Stretch::toString),
                        whole.stream().map(slot -> WHOLE + slot))
                .collect(Collectors.joining(" "));
    }

    boolean isEmpty() {
        return stretches.isEmpty();
    }

    /// Whether the archives of a slot lack some.
    boolean has(SlotName slot) {
        return stretches.stream().anyMatch(each -> each.has(slot));
    }

    /// The same when a slot's archive was packed without some.
    LackingSlots lacking(SlotName slot) {
        if (has(slot)) {
            return this;
        }
        List<Stretch> all = new ArrayList<>(stretches);
        boolean goesOn = !isEmpty() && end().compareTo(slot) < 0 && isOpen();
        Stretch added = Stretch.of(slot);
        if (goesOn) {
            added = new Stretch(all.removeLast().first(), slot);
        }
        all.add(added);
        return new LackingSlots(all, whole.filter(known -> !known.equals(slot)));
    }

    /// The same when it was packed with all of them. One in the midst of others counts as before:
    /// that keeps too much, not too little.
    LackingSlots whole(SlotName slot) {
        List<Stretch> left = new ArrayList<>();
        for (Stretch each : stretches) {
            if (!each.last().equals(slot)) {
                left.add(each);
            } else if (!each.first().equals(slot)) {
                left.add(new Stretch(each.first(), before(slot)));
            }
        }
        if (left.isEmpty()) {
            return NONE;
        }
        boolean newer = whole.map(known -> known.compareTo(slot) < 0).orElse(true);
        return new LackingSlots(left, newer ? Optional.of(slot) : whole);
    }

    /// The same when it was packed without the module: as whole as the one before.
    LackingSlots silenced(SlotName slot) {
        Optional<SlotName> lacked =
                stretches.stream()
                        .map(Stretch::last)
                        .filter(last -> last.compareTo(slot) < 0)
                        .max(Comparator.naturalOrder());
        boolean mended =
                lacked.isPresent()
                        && whole.filter(known ->
                                        known.compareTo(lacked.get()) > 0
                                                && known.compareTo(slot) <= 0)
                                .isPresent();
        return lacked.isEmpty() || mended ? this : lacking(slot);
    }

    /// Without those of which there is no archive any more.
    ///
    /// @param there the slots of the account's points, wherever they are
    /// @param young the first date whose archives may still be on their way
    LackingSlots among(NavigableSet<SlotName> there, LocalDate young) {
        List<Stretch> left =
                stretches.stream()
                        .filter(each ->
                                !each.last().date().isBefore(young)
                                        || !there.subSet(each.first(), true, each.last(), true)
                                                .isEmpty())
                        .toList();
        return left.isEmpty() ? NONE : new LackingSlots(left, whole);
    }

    private SlotName end() {
        return stretches.getLast().last();
    }

    /// Whether nothing whole is known behind the last of them.
    private boolean isOpen() {
        return whole.filter(known -> known.compareTo(end()) > 0).isEmpty();
    }

    /// The last name that can stand before another.
    private static SlotName before(SlotName slot) {
        String time = slot.time();
        if (time.isEmpty()) {
            return SlotName.byHand(slot.date().minusDays(1), LocalTime.of(23, 59, 59));
        }
        if (slot.isByHand() && time.endsWith("00")) {
            return new SlotName(slot.date(), time.substring(0, time.length() - 2));
        }
        LocalTime at = LocalTime.parse(time, slot.isByHand() ? SECOND : MINUTE);
        return at.equals(LocalTime.MIDNIGHT)
                ? SlotName.of(slot.date())
                : SlotName.byHand(slot.date(), at.minusSeconds(1));
    }
}
