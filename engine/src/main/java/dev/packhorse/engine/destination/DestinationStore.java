package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The destinations of this server, a file each, read afresh on each call. The id is in the file's
/// name; the name before it is for people and stays when a destination is renamed. Safe for many
/// threads of one process.
///
/// Source: cpmove-format 3.6.
public final class DestinationStore {
    /// Where the host has the files.
    public static final String HOST_PATH = "/var/cpanel/backups";

    private static final Pattern FILE =
            Pattern.compile(".{0,200}_UID_([A-Za-z0-9]{24})\\.backup_destination");

    private final Path folder;
    private final DestinationCodec codec;
    private final ReentrantLock writing = new ReentrantLock();

    /// The destinations kept in one folder.
    ///
    /// @param folder the folder on this system, which need not exist
    /// @param seal keeps the secrets in the files
    public DestinationStore(Path folder, SecretSeal seal) {
        this.folder = folder;
        this.codec = new DestinationCodec(seal);
    }

    /// What the files hold.
    ///
    /// @param destinations the readable ones, by name
    /// @param unreadable the damaged ones, by id
    public record Contents(List<Destination> destinations, List<Unreadable> unreadable) {
        public Contents {
            destinations = List.copyOf(destinations);
            unreadable = List.copyOf(unreadable);
        }

        /// Whether archives may belong to one more destination than can be read.
        public boolean lacksOneForArchives() {
            return unreadable.stream().anyMatch(Unreadable::mayTakeArchives);
        }

        /// A sentence for each file that is damaged.
        public List<String> problems() {
            return unreadable.stream()
                    .map(each -> "destination left out: " + each.problem())
                    .toList();
        }
    }

    /// A destination whose file is damaged, so that nothing can be sent there.
    ///
    /// @param name as its file is called, which need not be its name any more
    /// @param uses what is sent there, as far as that can be told
    /// @param problem what is wrong, with the file
    public record Unreadable(DestinationId id, String name, Uses uses, String problem) {
        /// Whether what can be read of it says that it is switched off.
        public boolean disabled() {
            return uses.disabled();
        }

        /// Whether archives of accounts may belong there, for all that can be told.
        public boolean mayTakeArchives() {
            return !uses.disabled() && !uses.logsOnly();
        }

        /// Whether backups of the system may belong there, for all that can be told.
        public boolean mayTakeSystemBackups() {
            return !uses.disabled() && uses.system();
        }
    }

    /// What a damaged file says that it is for.
    ///
    /// @param disabled whether it is switched off
    /// @param logsOnly whether no archives go there
    /// @param system whether backups of the system go there, or nothing can be read of it
    public record Uses(boolean disabled, boolean logsOnly, boolean system) {}

    /// All destinations. A damaged file does not hide the others.
    ///
    /// @throws IOException if the folder cannot be read
    public Contents contents() throws IOException {
        List<Destination> destinations = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        files().forEach((id, file) -> {
            DestinationId known = new DestinationId(id);
            try {
                destinations.add(codec.read(file, known));
            } catch (IOException e) {
                unreadable.add(
                        new Unreadable(
                                known,
                                shownName(file),
                                codec.uses(file),
                                String.valueOf(e.getMessage())));
            }
        });
        destinations.sort(Comparator.comparing(Destination::name));
        return new Contents(destinations, unreadable);
    }

    private static String shownName(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.lastIndexOf("_UID_"));
    }

    /// One destination, empty if there is none with this id.
    ///
    /// @throws IOException if its file cannot be read or is damaged
    public Optional<Destination> find(DestinationId id) throws IOException {
        Path file = files().get(id.value());
        return file == null ? Optional.empty() : Optional.of(codec.read(file, id));
    }

    /// Adds a destination. When it returns, the file is on stable storage.
    ///
    /// @throws PlaceTakenException if another has the same folder, or one in it or around it
    /// @throws IllegalArgumentException if the name or the id is taken
    /// @throws IOException if it cannot be written
    public void add(Destination destination) throws IOException {
        writing.lock();
        try {
            requireFreeName(destination);
            requireFreePlace(destination);
            if (files().containsKey(destination.id().value())) {
                throw new IllegalArgumentException("destination id is taken");
            }
            AtomicFile.replace(folder.resolve(fileName(destination)), codec.write(destination));
        } finally {
            writing.unlock();
        }
    }

    /// Makes another of a destination.
    ///
    /// @param <X> what can fail in that
    @FunctionalInterface
    public interface Change<X extends Exception> {
        /// What takes the place of the destination as it is now; of the same id.
        Destination of(Destination now) throws X;
    }

    /// Changes a destination. Nobody else changes it between the look at it and the writing.
    ///
    /// @return false if there is none; then nothing changed
    /// @throws PlaceTakenException if it moves to where another is, or in it or around it
    /// @throws IllegalArgumentException if another has the name
    /// @throws IOException if it cannot be read or written
    public <X extends Exception> boolean change(DestinationId id, Change<X> change)
            throws IOException, X {
        writing.lock();
        try {
            Path file = files().get(id.value());
            if (file == null) {
                return false;
            }
            Destination destination = change.of(codec.read(file, id));
            requireFreeName(destination);
            if (!isWhereItWas(file, destination)) {
                requireFreePlace(destination);
            }
            AtomicFile.replace(file, codec.write(destination));
            return true;
        } finally {
            writing.unlock();
        }
    }

    /// Removes a destination's settings; what is stored there stays.
    ///
    /// @return false if there is none
    /// @throws IOException if it cannot be removed
    public boolean delete(DestinationId id) throws IOException {
        writing.lock();
        try {
            Path file = files().get(id.value());
            return file != null && AtomicFile.remove(file);
        } finally {
            writing.unlock();
        }
    }

    private void requireFreeName(Destination wanted) throws IOException {
        for (Destination other : contents().destinations()) {
            if (!other.id().equals(wanted.id()) && other.name().equalsIgnoreCase(wanted.name())) {
                throw new IllegalArgumentException(
                        "name is taken by destination " + other.id() + ": choose another");
            }
        }
    }

    private void requireFreePlace(Destination wanted) throws IOException {
        DestinationPlace place = DestinationPlace.of(wanted);
        for (Destination other : contents().destinations()) {
            if (!other.id().equals(wanted.id()) && DestinationPlace.of(other).overlaps(place)) {
                throw new PlaceTakenException(taken(other));
            }
        }
    }

    /// What keeps a destination from having the place of another.
    static String taken(Destination other) {
        return "its folder and that of destination "
                + other.name()
                + " overlap: give each a folder of its own";
    }

    private boolean isWhereItWas(Path file, Destination wanted) {
        try {
            Destination before = codec.read(file, wanted.id());
            return DestinationPlace.of(before).equals(DestinationPlace.of(wanted));
        } catch (IOException _) {
            return false; // where a damaged one was is not known
        }
    }

    private static String fileName(Destination destination) {
        String name = destination.name().replaceAll("[^A-Za-z0-9._-]", "_");
        return name + "_UID_" + destination.id() + ".backup_destination";
    }

    /// The files by id.
    private SortedMap<String, Path> files() throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Matcher matcher = FILE.matcher(String.valueOf(entry.getFileName()));
                if (matcher.matches()) {
                    files.put(matcher.group(1), entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return files;
        }
        return files;
    }
}
