package dev.packhorse.engine.destination;

import dev.packhorse.engine.rootfile.UntrustedPathException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps the folders of this server that hold archives apart: the backup directory and the folders
/// of destinations, as they really are, whatever links lead there. Safe for many threads.
///
/// @param paths which folders may hold archives at all
/// @param store the destinations
/// @param backups where the backup directory is
public record LocalPlaces(LocalPathRules paths, DestinationStore store, BackupFolder backups) {
    /// The backup directory in force, as the host sees it.
    @FunctionalInterface
    public interface BackupFolder {
        /// Read afresh.
        ///
        /// @throws IOException if the configuration cannot be read
        String path() throws IOException;
    }

    /// Checks the folder of a destination, which is configured already or will be.
    ///
    /// @param self the destination's id, empty for a new one
    /// @throws UntrustedPathException if it may not hold archives, or overlaps with another that
    ///   does; the message says why
    /// @throws IOException if it cannot be looked at
    public void check(Optional<Destination> self, String hostPath) throws IOException {
        Path folder = paths.check(hostPath);
        String backup = backups.path();
        if (overlap(folder, paths.check(backup))) {
            throw new UntrustedPathException(
                    hostPath
                            + " and the backup directory "
                            + backup
                            + " overlap: a destination needs a folder apart from it");
        }
        for (Destination other : store.contents().destinations()) {
            boolean same = self.map(Destination::id).equals(Optional.of(other.id()));
            if (!same
                    && other.settings() instanceof DestinationSettings.Local local
                    && overlap(folder, paths.check(local.path()))) {
                throw new UntrustedPathException(
                        hostPath
                                + " and the folder of destination "
                                + other.name()
                                + ", "
                                + local.path()
                                + ", overlap: give each a folder of its own");
            }
        }
    }

    /// Checks a folder that is to be the backup directory.
    ///
    /// @throws UntrustedPathException as [#check]
    /// @throws IOException as [#check]
    public void checkBackupDirectory(String hostPath) throws IOException {
        Path folder = paths.check(hostPath);
        for (Destination each : store.contents().destinations()) {
            if (each.settings() instanceof DestinationSettings.Local local
                    && overlap(folder, paths.check(local.path()))) {
                throw new UntrustedPathException(
                        hostPath
                                + " and the folder of destination "
                                + each.name()
                                + ", "
                                + local.path()
                                + ", overlap: use a folder apart from it");
            }
        }
    }

    /// A destination that is not used as it is configured.
    public record Conflict(Destination destination, String reason) {}

    /// The destinations of this server that overlap with another or with the backup directory.
    ///
    /// @throws IOException if they cannot be read
    public List<Conflict> conflicts() throws IOException {
        List<Conflict> conflicts = new ArrayList<>();
        List<Destination> all = store.contents().destinations();
        for (Destination each : all) {
            conflict(each, all).ifPresent(reason -> conflicts.add(new Conflict(each, reason)));
        }
        return conflicts;
    }

    private Optional<String> conflict(Destination one, List<Destination> all) {
        if (one.settings() instanceof DestinationSettings.Local local) {
            try {
                check(Optional.of(one), local.path());
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return all.stream()
                .filter(other -> !other.id().equals(one.id()))
                .filter(other -> DestinationPlace.of(other).overlaps(DestinationPlace.of(one)))
                .findFirst()
                .map(DestinationStore::taken);
    }

    private static boolean overlap(Path one, Path other) {
        return one.startsWith(other) || other.startsWith(one);
    }
}
