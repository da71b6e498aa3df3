package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/// What a destination lists, one run at a time, so that no more than the archives of one run are
/// held in memory. A destination may lie: what has no key of ours is not seen, and a listing of
/// more than any server has ends with an error.
///
/// @param transport stays the caller's
/// @param trees whether it keeps trees, so that a file with an account's name alone may be the mark
///   of one
record FarRuns(Transport transport, boolean trees, FarCalls calls, Cancellation cancellation) {
    private static final int MOST_RUNS = 10_000;
    private static final int MOST_ARCHIVES = 200_000;

    /// The folders of all runs, in the order of their names.
    ///
    /// @throws IOException if the destination cannot be listed, or lists more than is believed
    NavigableSet<String> runs() throws IOException {
        NavigableSet<String> runs = new TreeSet<>();
        transport.list(
                "",
                object -> {
                    key(object).map(ArchiveKey::run).ifPresent(runs::add);
                    return runs.size() <= MOST_RUNS;
                },
                cancellation);
        return believed(runs, MOST_RUNS, "runs");
    }

    /// The archives and trees of one run.
    ///
    /// @throws IOException as [#runs]
    List<FarFound> archives(String run) throws IOException {
        List<FarFound> archives = new ArrayList<>();
        transport.list(
                run + "/accounts",
                object -> {
                    add(object, run, archives);
                    return archives.size() <= MOST_ARCHIVES;
                },
                cancellation);
        believed(archives, MOST_ARCHIVES, "archives of " + run);
        List<Callable<FarFound>> looks = new ArrayList<>();
        archives.forEach(each -> looks.add(() -> each.isTree() ? look(each) : each));
        return calls.all(looks);
    }

    private FarFound look(FarFound tree) throws IOException {
        cancellation.check();
        return tree.with(transport.findTree(tree.key().key(), cancellation));
    }

    private Optional<ArchiveKey> key(ObjectInfo object) {
        return trees ? ArchiveKey.parseAny(object.key()) : ArchiveKey.parse(object.key());
    }

    private void add(ObjectInfo object, String run, List<FarFound> archives) {
        key(object)
                .filter(key -> key.run().equals(run))
                .ifPresent(key -> archives.add(FarFound.listed(key, object.sizeBytes())));
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
