package dev.packhorse.engine.health;

import dev.packhorse.engine.job.ServerBackups;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The file systems that backups need: the backup directory's, and that of the state folder with
/// its staging. A file system that does not answer, as one of a server that is away, holds up
/// nobody for longer than a moment. Safe for many threads.
public final class Places {
    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(5);

    /// A disk that spins up, or a server that starts, is no alarm.
    private static final Duration USUAL_SILENCE = Duration.ofMinutes(2);

    private final List<PlaceWatch> watches;
    private final Duration patience;
    private final Duration silence;

    public Places(ServerBackups backups, Path state) {
        this(
                List.of(
                        new PlaceWatch(
                                "backup directory",
                                () ->
                                        new Place(
                                                        "backup directory",
                                                        backups.root()
                                                                .resolve(
                                                                        backups.config()
                                                                                .directory()))
                                                .space()),
                        new PlaceWatch(
                                "state folder", () -> new Place("state folder", state).space())),
                USUAL_PATIENCE,
                USUAL_SILENCE);
    }

    /// @param patience how long a look waits for an answer
    /// @param silence how long an answer takes before a place counts as silent
    Places(List<PlaceWatch> watches, Duration patience, Duration silence) {
        this.watches = List.copyOf(watches);
        this.patience = patience;
        this.silence = silence;
    }

    /// How much room there is, or was when a place that does not answer last did; a place that
    /// cannot be looked at is left out.
    public List<Place.Space> spaces() {
        return watches.stream().map(each -> each.look(patience)).flatMap(Optional::stream).toList();
    }

    /// For how long the places by their names have not answered that do not.
    public Map<String, Duration> silent() {
        Map<String, Duration> silent = silences();
        silent.values().removeIf(Duration::isZero);
        return silent;
    }

    /// The same of all places, zero for those that answer.
    Map<String, Duration> silences() {
        Map<String, Duration> silences = new TreeMap<>();
        for (PlaceWatch each : watches) {
            silences.put(each.name(), each.silentFor(silence).orElse(Duration.ZERO));
        }
        return silences;
    }
}
