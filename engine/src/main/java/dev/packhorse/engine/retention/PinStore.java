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
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// The pins of this server in one file of `ACCOUNT/SLOT/DESTINATION: UNTIL` lines; `*` is every
/// destination, `always` has no last day. A damaged file is an error, never "no pins". Safe for
/// many threads of one process.
public final class PinStore {
    private static final String EVERYWHERE = "*";
    private static final String ALWAYS = "always";

    private final Path file;
    private final ReentrantLock writing = new ReentrantLock();

    /// @param file where they are kept; need not exist
    public PinStore(Path file) {
        this.file = file;
    }

    /// All pins, by account, date and destination.
    ///
    /// @throws IOException if the file cannot be read or is damaged; the message names the line
    public List<Pin> all() throws IOException {
        Map<String, FlatYaml.Entry> entries;
        try {
            entries = FlatYaml.read(file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
        List<Pin> pins = new ArrayList<>();
        for (Map.Entry<String, FlatYaml.Entry> entry : entries.entrySet()) {
            pins.add(read(entry.getKey(), entry.getValue()));
        }
        return List.copyOf(pins);
    }

    private Pin read(String key, FlatYaml.Entry entry) throws IOException {
        String[] parts = key.split("/", -1);
        try {
            if (parts.length != 3) {
                throw new IllegalArgumentException("is no pin");
            }
            return new Pin(
                    new AccountName(parts[0]),
                    SlotName.parse(parts[1]),
                    parts[2].equals(EVERYWHERE)
                            ? Optional.empty()
                            : Optional.of(new DestinationId(parts[2])),
                    until(entry.value().orElse("")));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException(
                    FlatYaml.at(file, entry.line())
                            + key
                            + " must be ACCOUNT/DATE/DESTINATION: always, or a date",
                    e);
        }
    }

    private static Optional<LocalDate> until(String text) {
        return text.equals(ALWAYS) ? Optional.empty() : Optional.of(LocalDate.parse(text));
    }

    private static Optional<String> line(Pin pin) {
        return Optional.of(pin.until().map(LocalDate::toString).orElse(ALWAYS));
    }

    /// Sets a pin, in place of the one for the same account, date and destination.
    ///
    /// @throws IOException if it cannot be written; then nothing changed
    public void add(Pin pin) throws IOException {
        change(pin, true);
    }

    /// Takes back a pin, whatever its last day.
    ///
    /// @return false if there was none
    /// @throws IOException if it cannot be written; then nothing changed
    public boolean remove(Pin pin) throws IOException {
        return change(pin, false);
    }

    private boolean change(Pin wanted, boolean add) throws IOException {
        writing.lock();
        try {
            SortedMap<String, Optional<String>> lines = new TreeMap<>();
            for (Pin pin : all()) {
                lines.put(key(pin), line(pin));
            }
            boolean there = lines.containsKey(key(wanted));
            lines.remove(key(wanted));
            if (add) {
                lines.put(key(wanted), line(wanted));
            }
            if (lines.isEmpty()) {
                AtomicFile.remove(file);
            } else if (add || there) {
                AtomicFile.replace(file, FlatYaml.write(lines));
            }
            return there;
        } finally {
            writing.unlock();
        }
    }

    private static String key(Pin pin) {
        return pin.account()
                + "/"
                + pin.slot()
                + "/"
                + pin.destination().map(DestinationId::value).orElse(EVERYWHERE);
    }
}
