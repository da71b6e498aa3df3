package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.FlatYaml;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// What pruning remembers, in one small file: when the clock was last seen, why pruning is
/// suspended, how many points each destination had after its last prune, what stopped it there,
/// whether points were taken up from there since, which archives lack databases, and since when an
/// account's trees are in doubt. Safe for many threads of one process.
public final class RetentionRecord {
    private static final String SEEN = "seen";
    private static final String SUSPENDED = "suspended";
    private static final String CONFIRMED = "confirmed_newest";
    private static final String POINTS = "points.";
    private static final String STOPPED = "stopped.";
    private static final String ADOPTED = "adopted.";
    private static final String DOUBTED = "doubted.";

    private final Path file;
    private final ReentrantLock writing = new ReentrantLock();

    /// @param file where it is kept; need not exist
    public RetentionRecord(Path file) {
        this.file = file;
    }

    /// When the clock was last seen and found right.
    public Optional<Instant> seen() throws IOException {
        return value(SEEN, Instant::parse);
    }

    /// Why pruning is suspended, empty if it is not.
    public Optional<String> suspended() throws IOException {
        return value(SUSPENDED, text -> text);
    }

    /// The newest slot date that somebody confirmed although it lay ahead of the clock.
    public Optional<LocalDate> confirmedNewest() throws IOException {
        return value(CONFIRMED, LocalDate::parse);
    }

    /// How many points a destination had after its last whole prune.
    public Optional<Integer> pointsAfterPrune(DestinationId id) throws IOException {
        return value(POINTS + id, Integer::valueOf);
    }

    /// What stopped the last prune of a destination, empty if nothing did.
    public Optional<String> stopped(DestinationId id) throws IOException {
        return value(STOPPED + id, text -> text);
    }

    /// When points of a destination were last taken up about which nobody has decided yet; empty if
    /// none were.
    public Optional<Instant> adopted(DestinationId id) throws IOException {
        return value(ADOPTED + id, Instant::parse);
    }

    /// Points of a destination are about to be taken up.
    public void adopt(DestinationId id, Instant now) throws IOException {
        change(ADOPTED + id, Optional.of(now.toString()));
    }

    /// Whether who confirmed knew of points that were taken up. Where that was later than now, the
    /// clock was set back since, and nobody could ever confirm after it.
    ///
    /// @param confirmed when somebody confirmed, to the millisecond as jobs know it; empty if
    ///   nobody did
    /// @param adopted when the points were taken up
    /// @param now what the clock shows
    public static boolean decides(Optional<Instant> confirmed, Instant adopted, Instant now) {
        return confirmed
                .map(at ->
                        adopted.toEpochMilli() <= at.toEpochMilli()
                                || (adopted.isAfter(now) && !at.isAfter(now)))
                .orElse(false);
    }

    /// Somebody decided about what was taken up from a destination until then.
    public void confirm(DestinationId id, Instant confirmed, Instant now) throws IOException {
        if (adopted(id).map(at -> decides(Optional.of(confirmed), at, now)).orElse(false)) {
            change(ADOPTED + id, Optional.empty());
        }
    }

    /// Since when trees of an account here are in doubt that were not proven later; empty if none
    /// are.
    public Optional<Instant> doubted(AccountName account) throws IOException {
        return value(DOUBTED + account, Instant::parse);
    }

    /// A tree of an account here was found damaged. That is never forgotten: the trees that share
    /// its files outlive it and its verdict, and what is packed or proven later is in no doubt.
    public void doubt(AccountName account, Instant found) throws IOException {
        writing.lock();
        try {
            if (doubted(account).map(found::isAfter).orElse(true)) {
                change(DOUBTED + account, Optional.of(found.toString()));
            }
        } finally {
            writing.unlock();
        }
    }

    /// Which archives lack databases that could not be dumped.
    public IncompleteArchives incomplete() throws IOException {
        return new IncompleteArchives(file, entries());
    }

    /// An account was packed.
    ///
    /// @param complete the modules that ran, and whether each left no database out
    public void packed(AccountName account, SlotName slot, Map<String, Boolean> complete)
            throws IOException {
        change(archives -> archives.packed(account, slot, complete));
    }

    /// Forgets of which slots archives lack databases where there is no archive any more.
    ///
    /// @param there the slots of all points of all places, by their account
    /// @param young the first date whose archives may still be on their way to a place
    public void forgetIncomplete(
            Map<AccountName, ? extends NavigableSet<SlotName>> there, LocalDate young)
            throws IOException {
        change(archives -> archives.among(there, young));
    }

    @FunctionalInterface
    private interface Changes {
        SortedMap<String, Optional<String>> of(IncompleteArchives archives) throws IOException;
    }

    private void change(Changes changes) throws IOException {
        writing.lock();
        try {
            SortedMap<String, Optional<String>> before = lines();
            SortedMap<String, Optional<String>> lines = new TreeMap<>(before);
            changes.of(incomplete())
                    .forEach((key, value) -> {
                        if (value.isPresent()) {
                            lines.put(key, value);
                        } else {
                            lines.remove(key);
                        }
                    });
            if (!lines.equals(before)) {
                write(lines);
            }
        } finally {
            writing.unlock();
        }
    }

    void see(Instant now) throws IOException {
        change(SEEN, Optional.of(now.toString()));
    }

    void suspend(String reason) throws IOException {
        change(SUSPENDED, Optional.of(reason));
    }

    /// Ends a suspension; the clock is right as it is now.
    void resume(Instant now, Optional<LocalDate> newest) throws IOException {
        writing.lock();
        try {
            SortedMap<String, Optional<String>> lines = lines();
            lines.remove(SUSPENDED);
            lines.put(SEEN, Optional.of(now.toString()));
            newest.ifPresent(date -> lines.put(CONFIRMED, Optional.of(date.toString())));
            write(lines);
        } finally {
            writing.unlock();
        }
    }

    /// A destination was pruned as a whole. That decides nothing about what was taken up there: a
    /// plan may have had nothing to remove only because the accounts were not back yet.
    public void pruned(DestinationId id, int points) throws IOException {
        writing.lock();
        try {
            SortedMap<String, Optional<String>> lines = lines();
            Optional<String> count = Optional.of(Integer.toString(points));
            boolean stopped = lines.remove(STOPPED + id) != null;
            if (!count.equals(lines.put(POINTS + id, count)) || stopped) {
                write(lines);
            }
        } finally {
            writing.unlock();
        }
    }

    /// The prune of a destination was stopped.
    public void stop(DestinationId id, String reason) throws IOException {
        change(STOPPED + id, Optional.of(reason));
    }

    private void change(String key, Optional<String> value) throws IOException {
        writing.lock();
        try {
            SortedMap<String, Optional<String>> lines = lines();
            Optional<String> before = lines.getOrDefault(key, Optional.empty());
            if (!before.equals(value)) {
                lines.remove(key);
                value.ifPresent(text -> lines.put(key, Optional.of(text)));
                write(lines);
            }
        } finally {
            writing.unlock();
        }
    }

    private void write(SortedMap<String, Optional<String>> lines) throws IOException {
        if (lines.isEmpty()) {
            AtomicFile.remove(file);
        } else {
            AtomicFile.replace(file, FlatYaml.write(lines));
        }
    }

    private SortedMap<String, Optional<String>> lines() throws IOException {
        SortedMap<String, Optional<String>> lines = new TreeMap<>();
        entries().forEach((key, entry) -> lines.put(key, entry.value()));
        return lines;
    }

    private Map<String, FlatYaml.Entry> entries() throws IOException {
        try {
            return FlatYaml.read(file);
        } catch (NoSuchFileException _) {
            return Map.of();
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(String text);
    }

    private <T> Optional<T> value(String key, Reader<T> reader) throws IOException {
        FlatYaml.Entry entry = entries().get(key);
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
