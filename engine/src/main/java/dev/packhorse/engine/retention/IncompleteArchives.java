package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.rootfile.FlatYaml;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Which archives lack databases or files that could not be read, as the record of retention tells
/// it at one moment: a line for each account and module, and from earlier versions one for an
/// account with the first slot since which they do. Immutable.
public final class IncompleteArchives {
    private static final String LINE = "incomplete.";

    private static final NavigableSet<SlotName> NOWHERE = Collections.emptyNavigableSet();

    private final Path file;
    private final Map<String, FlatYaml.Entry> entries;

    IncompleteArchives(Path file, Map<String, FlatYaml.Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    /// Of the points of an account at one place those that have what the newest lacks: for each
    /// module the newest that lacks nothing. With counts alone each night without a database would
    /// push out the last night that had it.
    ///
    /// @param today points dated later count for nothing
    /// @return why, by the archive
    /// @throws IOException if a line of the account is damaged
    public Map<ObjectKey, String> standIns(
            AccountName account, List<RestorePoint> points, LocalDate today) throws IOException {
        Map<ObjectKey, String> found = new HashMap<>();
        for (Map.Entry<String, Predicate<SlotName>> lack : lacks(account).entrySet()) {
            List<RestorePoint> newest =
                    points.stream()
                            .filter(point -> !point.date().isAfter(today))
                            .sorted(Comparator.comparing(RestorePoint::slot).reversed())
                            .toList();
            if (!newest.isEmpty() && lack.getValue().test(newest.getFirst().slot())) {
                newest.stream()
                        .filter(point -> !lack.getValue().test(point.slot()))
                        .findFirst()
                        .ifPresent(point -> found.putIfAbsent(point.archive(), lack.getKey()));
            }
        }
        return found;
    }

    /// Whether archives of a slot lack some, by the reason for which one from before stays.
    private SortedMap<String, Predicate<SlotName>> lacks(AccountName account) throws IOException {
        SortedMap<String, Predicate<SlotName>> lacks = new TreeMap<>();
        for (String key : keys(account)) {
            LackingSlots slots = slots(key);
            lacks.put(
                    "the last with every database and file: newer ones lack some of "
                            + key.substring(prefix(account).length()),
                    slots::has);
        }
        Optional<SlotName> since = value(earlierKey(account), SlotName::parse);
        since.ifPresent(first ->
                lacks.put(
                        "the last with every database: those since %s lack some".formatted(first),
                        slot -> slot.compareTo(first) >= 0));
        return lacks;
    }

    /// The lines that change when an account was packed, by their keys.
    ///
    /// @param complete the modules that ran, and whether each left nothing out; what did not run is
    ///   as whole as before
    /// @throws IOException if a line of the account is damaged
    SortedMap<String, Optional<String>> packed(
            AccountName account, SlotName slot, Map<String, Boolean> complete) throws IOException {
        SortedMap<String, Optional<String>> changed = new TreeMap<>();
        for (String key : keys(account)) {
            if (!complete.containsKey(key.substring(prefix(account).length()))) {
                put(changed, key, slots(key).silenced(slot));
            }
        }
        for (Map.Entry<String, Boolean> module : complete.entrySet()) {
            String key = prefix(account) + module.getKey();
            LackingSlots before = slots(key);
            put(changed, key, module.getValue() ? before.whole(slot) : before.lacking(slot));
        }
        if (!complete.containsValue(false)) {
            changed.put(earlierKey(account), Optional.empty());
        }
        return changed;
    }

    /// The lines that change when what is no archive any more is forgotten, by their keys.
    ///
    /// @param there the slots of all points, by their account
    /// @param young the first date whose archives may still be on their way
    SortedMap<String, Optional<String>> among(
            Map<AccountName, ? extends NavigableSet<SlotName>> there, LocalDate young)
            throws IOException {
        SortedMap<String, Optional<String>> changed = new TreeMap<>();
        for (String key : entries.keySet()) {
            int module = key.indexOf('.', LINE.length());
            if (key.startsWith(LINE) && module > 0) {
                String account = key.substring(LINE.length(), module);
                NavigableSet<SlotName> its =
                        AccountName.isValid(account) ? there.get(new AccountName(account)) : null;
                put(changed, key, slots(key).among(its == null ? NOWHERE : its, young));
            }
        }
        return changed;
    }

    /// Whether no archive is known to lack any.
    public boolean isEmpty() {
        return entries.keySet().stream().noneMatch(key -> key.startsWith(LINE));
    }

    private static void put(
            SortedMap<String, Optional<String>> lines, String key, LackingSlots slots) {
        lines.put(key, slots.isEmpty() ? Optional.empty() : Optional.of(slots.toString()));
    }

    private static String earlierKey(AccountName account) {
        return LINE + account;
    }

    /// No account's name has a full stop, so that this is the beginning of no other's.
    private static String prefix(AccountName account) {
        return LINE + account + ".";
    }

    private List<String> keys(AccountName account) {
        return entries.keySet().stream().filter(key -> key.startsWith(prefix(account))).toList();
    }

    private LackingSlots slots(String key) throws IOException {
        return value(key, LackingSlots::parse).orElse(LackingSlots.NONE);
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(String text);
    }

    private <T> Optional<T> value(String key, Reader<T> reader) throws IOException {
        FlatYaml.Entry entry = entries.get(key);
        if (entry == null || entry.value().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(entry.value().get()));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException(
                    FlatYaml.at(file, entry.line()) + key + " is damaged; remove the line", e);
        }
    }
}
