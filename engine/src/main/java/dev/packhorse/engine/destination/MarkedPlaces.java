package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.DurableFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Which places this server has left its mark at, a file each in the state folder: a place that had
/// one and has none is another place, as the empty folder below a disk that is not mounted. A
/// destination whose settings name another folder or server by now counts as never marked. Safe for
/// many threads.
public final class MarkedPlaces {
    private final Path folder;

    /// @param folder need not exist
    public MarkedPlaces(Path folder) {
        this.folder = folder;
    }

    /// Whether the destination's place was marked.
    ///
    /// @throws IOException if that cannot be read
    boolean has(Destination destination) throws IOException {
        try {
            return Files.readString(file(destination.id())).equals(text(destination));
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Notes, durably, that it was.
    ///
    /// @throws IOException if that cannot be written
    void add(Destination destination) throws IOException {
        if (!has(destination)) {
            DurableFolder.make(folder);
            AtomicFile.replace(file(destination.id()), text(destination));
        }
    }

    /// The file of a destination; without it its place may be marked anew.
    Path file(DestinationId destination) {
        return folder.resolve(destination.value());
    }

    private static String text(Destination destination) {
        DestinationPlace place = DestinationPlace.of(destination);
        return place.server() + "\n" + place.folder() + "\n";
    }
}
