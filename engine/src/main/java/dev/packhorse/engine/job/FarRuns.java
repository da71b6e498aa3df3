package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// What a destination lists, one run at a time, so that no more than the archives of one run are
/// held in memory. A destination may lie: what has no key of ours is not seen, and a listing of
/// more than any server has ends with an error.
///
/// @param transport stays the caller's
record FarRuns(Transport transport, Cancellation cancellation) {
    private static final int MOST_RUNS = 10_000;
    private static final int MOST_ARCHIVES = 200_000;

    /// An archive that is listed.
    record Listed(ArchiveKey key, long sizeBytes) {}

    /// The folders of all runs, in the order of their names.
    ///
    /// @throws IOException if the destination cannot be listed, or lists more than is believed
    NavigableSet<String> runs() throws IOException {
        NavigableSet<String> runs = new TreeSet<>();
        transport.list(
                "",
                object -> {
                    ArchiveKey.parse(object.key()).map(ArchiveKey::run).ifPresent(runs::add);
                    return runs.size() <= MOST_RUNS;
                },
                cancellation);
        return believed(runs, MOST_RUNS, "runs");
    }

    /// The archives of one run.
    ///
    /// @throws IOException as [#runs]
    List<Listed> archives(String run) throws IOException {
        List<Listed> archives = new ArrayList<>();
        transport.list(
                run + "/accounts",
                object -> {
                    add(object, run, archives);
                    return archives.size() <= MOST_ARCHIVES;
                },
                cancellation);
        return believed(archives, MOST_ARCHIVES, "archives of " + run);
    }

    private static void add(ObjectInfo object, String run, List<Listed> archives) {
        ArchiveKey.parse(object.key())
                .filter(key -> key.run().equals(run))
                .ifPresent(key -> archives.add(new Listed(key, object.sizeBytes())));
    }

    private static <T extends java.util.Collection<?>> T believed(T listed, int most, String what)
            throws IOException {
        if (listed.size() > most) {
            throw new IOException(
                    "the destination lists more than %d %s, which is not believed"
                            .formatted(most, what));
        }
        return listed;
    }
}
