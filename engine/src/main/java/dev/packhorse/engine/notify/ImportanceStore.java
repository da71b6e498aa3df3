package dev.packhorse.engine.notify;

import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.FlatYaml;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// How urgent each event is to this server's administrator, in one file of `APP/EVENT: Level`
/// lines. An event that nobody set has the level of its application, and that its default. Safe for
/// many threads of one process.
public final class ImportanceStore {
    /// Stands for every event of an application.
    public static final String EVERY = "*";

    /// The events that happen here. Source: whmapi1-protocol 12.2; those of `Packhorse` are ours.
    private static final Map<String, Importance> DEFAULTS =
            Map.ofEntries(
                    Map.entry("Backup/*", Importance.HIGH),
                    Map.entry("Backup/Success", Importance.LOW),
                    Map.entry("Backup/PartialFailure", Importance.HIGH),
                    Map.entry("Backup/Failure", Importance.HIGH),
                    Map.entry("Backup/Disabled", Importance.HIGH),
                    Map.entry("Packhorse/*", Importance.HIGH),
                    Map.entry("Packhorse/SlotMissed", Importance.HIGH),
                    Map.entry("Packhorse/ClockRestarted", Importance.HIGH),
                    Map.entry("Packhorse/ConfigUnreadable", Importance.HIGH),
                    Map.entry("Packhorse/DestinationUnreadable", Importance.HIGH),
                    Map.entry("Packhorse/StoreAway", Importance.HIGH),
                    Map.entry("Packhorse/NoGoodBackup", Importance.HIGH),
                    Map.entry("Packhorse/LowSpace", Importance.HIGH),
                    Map.entry("Packhorse/PlaceSilent", Importance.HIGH),
                    Map.entry("Packhorse/UploadFailed", Importance.HIGH),
                    Map.entry("Packhorse/PruneBrake", Importance.HIGH),
                    Map.entry("Packhorse/CopyDamaged", Importance.HIGH),
                    Map.entry("Packhorse/VerifyStopped", Importance.HIGH),
                    Map.entry("Packhorse/VerificationOverdue", Importance.MEDIUM),
                    Map.entry("Packhorse/DrillFailed", Importance.HIGH),
                    Map.entry("Packhorse/DrillsOverdue", Importance.MEDIUM),
                    Map.entry("Packhorse/LockedOut", Importance.MEDIUM),
                    Map.entry("Packhorse/LockedOutForADay", Importance.HIGH),
                    Map.entry("Packhorse/CodesRefused", Importance.HIGH));

    private final Path file;
    private final ReentrantLock writing = new ReentrantLock();

    /// @param file where they are kept; need not exist
    public ImportanceStore(Path file) {
        this.file = file;
    }

    /// The levels of all events that are known or were set, by `APP/EVENT`.
    ///
    /// @throws IOException if the file cannot be read or is damaged
    public SortedMap<String, Importance> all() throws IOException {
        SortedMap<String, Importance> all = new TreeMap<>(DEFAULTS);
        all.putAll(read());
        return Collections.unmodifiableSortedMap(all);
    }

    /// How urgent an event is.
    ///
    /// @param event its name, or [#EVERY]
    public Importance of(String app, String event) throws IOException {
        SortedMap<String, Importance> set = read();
        return Optional.ofNullable(set.get(app + "/" + event))
                .or(() -> Optional.ofNullable(set.get(app + "/" + EVERY)))
                .or(() -> Optional.ofNullable(DEFAULTS.get(app + "/" + event)))
                .or(() -> Optional.ofNullable(DEFAULTS.get(app + "/" + EVERY)))
                .orElse(Importance.LOW);
    }

    /// Sets the level of an event, or of every event of an application: then what was set for
    /// single events of it is forgotten.
    ///
    /// @param event its name, or [#EVERY]
    public void set(String app, String event, Importance importance) throws IOException {
        writing.lock();
        try {
            SortedMap<String, Importance> levels = read();
            if (event.equals(EVERY)) {
                levels.keySet().removeIf(key -> key.startsWith(app + "/"));
            }
            levels.put(app + "/" + event, importance);
            SortedMap<String, Optional<String>> lines = new TreeMap<>();
            levels.forEach((key, level) -> lines.put(key, Optional.of(level.word())));
            AtomicFile.replace(file, FlatYaml.write(lines));
        } finally {
            writing.unlock();
        }
    }

    private SortedMap<String, Importance> read() throws IOException {
        Map<String, FlatYaml.Entry> entries;
        try {
            entries = FlatYaml.read(file);
        } catch (NoSuchFileException _) {
            return new TreeMap<>();
        }
        SortedMap<String, Importance> levels = new TreeMap<>();
        for (Map.Entry<String, FlatYaml.Entry> entry : entries.entrySet()) {
            String word = entry.getValue().value().orElse("");
            Optional<Importance> level = Importance.of(word);
            if (level.isEmpty()) {
                throw new IOException(
                        FlatYaml.at(file, entry.getValue().line())
                                + entry.getKey()
                                + " must be High, Medium, Low or Disabled");
            }
            levels.put(entry.getKey(), level.get());
        }
        return levels;
    }
}
