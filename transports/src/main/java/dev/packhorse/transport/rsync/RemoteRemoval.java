package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Removes at the server. Rsync can only make a folder like another one, so an empty folder is its
/// model, and a filter protects everything but the one name. Without that filter all would go, so
/// the number of removals is limited as well, but for trees.
///
/// Source: rsync(1), “FILTER RULES”, options `--delete`, `--max-delete`
final class RemoteRemoval {
    /// More than the lines of any tree.
    private static final long MOST_OUTPUT = 2L << 30;

    private final RsyncRunner runner;

    RemoteRemoval(RsyncRunner runner) {
        this.runner = runner;
    }

    /// Removes an object; a folder of this name stays.
    ///
    /// @return whether there was one
    boolean object(String operation, ObjectKey key, Cancellation cancellation) throws IOException {
        String name = key.name();
        return remove(
                operation,
                UploadFolder.above(key),
                List.of("--max-delete=1", "--exclude=/" + name + "/", "--include=/" + name),
                cancellation);
    }

    /// Removes a folder. What lies in it is protected by the last filter, and rsync removes no
    /// folder in which something is left.
    ///
    /// @return whether it was there and is gone
    boolean folder(String operation, ObjectKey folder, Cancellation cancellation)
            throws IOException {
        return remove(
                operation,
                UploadFolder.above(folder),
                List.of("--max-delete=1", "--include=/" + folder.name() + "/"),
                cancellation);
    }

    /// Removes what arrived of an upload.
    void partial(String operation, ObjectKey key, UploadFolder folder, Cancellation cancellation)
            throws IOException {
        String name = folder.name();
        remove(
                operation,
                UploadFolder.above(key),
                List.of(
                        "--max-delete=2",
                        "--include=/" + name + "/",
                        "--include=/" + name + "/" + key.name()),
                cancellation);
    }

    /// Removes the folder of a tree with all that is in it.
    void tree(String operation, TreeFolder folder, Cancellation cancellation) throws IOException {
        remove(
                operation,
                UploadFolder.above(folder.key()),
                List.of("--include=/" + folder.name() + "/***"),
                cancellation);
    }

    /// Removes the folders of all trees that a key had or was to have.
    ///
    /// @param except the folder that stays
    void trees(
            String operation, ObjectKey key, Optional<TreeFolder> except, Cancellation cancellation)
            throws IOException {
        List<String> filters = new ArrayList<>();
        except.ifPresent(each -> filters.add("--exclude=/" + each.name()));
        filters.add("--include=/" + TreeFolder.all(key) + "/***");
        remove(operation, UploadFolder.above(key), filters, cancellation);
    }

    private boolean remove(
            String operation, String above, List<String> filters, Cancellation cancellation)
            throws IOException {
        AtomicBoolean removed = new AtomicBoolean();
        try (PrivateFolder empty = new PrivateFolder(runner.settings().work())) {
            List<String> arguments = new ArrayList<>(List.of("-r", "--delete", "--existing"));
            arguments.addAll(filters);
            arguments.addAll(
                    List.of(
                            "--exclude=*",
                            "--out-format=%i",
                            empty.path() + "/",
                            runner.settings().remote(above)));
            ChildResult result =
                    runner.tryIt(
                            operation,
                            arguments,
                            runner.settings().answering(),
                            watch -> bounded(operation, watch, () -> removed.set(true)),
                            cancellation);
            if (result.exitCode() != 0 && !RsyncErrors.isFolderAbsent(result)) {
                throw runner.errors().of(operation, result);
            }
        }
        return removed.get();
    }

    private static OutputStream bounded(String operation, CallWatch watch, Runnable removal) {
        return new BoundedOutput(new RemovalOutput(watch, removal), MOST_OUTPUT, operation);
    }
}
