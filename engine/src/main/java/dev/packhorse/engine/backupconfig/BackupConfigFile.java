package dev.packhorse.engine.backupconfig;

import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.FlatYaml;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// The file of the backup configuration, read afresh on each call. Safe for many threads of one
/// process.
///
/// Source: cpmove-format 3.5.
public final class BackupConfigFile {
    /// Where the host has the file.
    public static final String HOST_PATH = "/var/cpanel/backups/config";

    private final Path file;
    private final ReentrantLock writing = new ReentrantLock();

    /// Before any could be read nobody knows that backups are off, so they count as wanted.
    private volatile BackupConfig last =
            BackupConfig.defaults().with(Map.of(ConfigKey.BACKUPENABLE, "1"));

    /// The configuration kept in one file.
    ///
    /// @param file the file on this system, which need not exist
    public BackupConfigFile(Path file) {
        this.file = file;
    }

    /// The configuration, the defaults if there is no file.
    ///
    /// @throws IOException if it cannot be read or is damaged; the message names file and line
    public BackupConfig read() throws IOException {
        BackupConfig read = parse();
        last = read;
        return read;
    }

    /// The newest configuration that could be read since this program started; before any, the
    /// defaults with backups switched on: for what must go on while somebody has damaged the file.
    public BackupConfig lastRead() {
        return last;
    }

    private BackupConfig parse() throws IOException {
        Map<String, FlatYaml.Entry> entries;
        try {
            entries = FlatYaml.read(file);
        } catch (NoSuchFileException _) {
            return BackupConfig.defaults();
        }
        Map<ConfigKey, String> known = new EnumMap<>(ConfigKey.class);
        SortedMap<String, Optional<String>> foreign = new TreeMap<>();
        for (Map.Entry<String, FlatYaml.Entry> entry : entries.entrySet()) {
            Optional<ConfigKey> key = key(entry.getKey());
            if (key.isEmpty()) {
                foreign.put(entry.getKey(), entry.getValue().value());
            } else if (entry.getValue().value().isPresent()) {
                known.put(key.get(), checked(key.get(), entry.getValue()));
            }
        }
        try {
            return BackupConfig.of(known, foreign);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /// Changes values and leaves all others, and the keys of other tools, as they are. When it
    /// returns, the change is on stable storage; when it throws, nothing changed.
    ///
    /// @throws IllegalArgumentException if a value is not legal; the message names the key
    /// @throws IOException if the file is damaged or cannot be written
    public BackupConfig update(Map<ConfigKey, String> changes) throws IOException {
        writing.lock();
        try {
            BackupConfig changed = read().with(changes);
            AtomicFile.replace(file, FlatYaml.write(toFile(changed)));
            return changed;
        } finally {
            writing.unlock();
        }
    }

    private static SortedMap<String, Optional<String>> toFile(BackupConfig config) {
        SortedMap<String, Optional<String>> lines = new TreeMap<>(config.foreign());
        for (ConfigKey key : ConfigKey.values()) {
            lines.put(key.name(), Optional.of(key.toFile(config.text(key))));
        }
        return lines;
    }

    private String checked(ConfigKey key, FlatYaml.Entry entry) throws IOException {
        try {
            return key.normalise(entry.value().orElse(key.defaultValue()));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    FlatYaml.at(file, entry.line()) + key.name() + " " + e.getMessage(), e);
        }
    }

    /// Both spellings of the switch for suspended accounts occur.
    private static Optional<ConfigKey> key(String name) {
        if (name.equals("BACKUPSUSPENDEDACCOUNTS")) {
            return Optional.of(ConfigKey.BACKUPSUSPENDEDACCTS);
        }
        for (ConfigKey key : ConfigKey.values()) {
            if (key.name().equals(name)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }
}
