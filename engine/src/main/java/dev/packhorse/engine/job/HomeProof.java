package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compares a home with the archive as soon as it is restored, before other modules fit it to the
/// server: by the archive's index where there is one, which proves that, too.
///
/// @param index opens the archive by its index, empty if it has none that is proven
record HomeProof(Index index, DrillFindings findings) implements WatchedModule.Watcher {
    /// Opens the archive by its index.
    @FunctionalInterface
    interface Index {
        Optional<IndexedFile> open() throws IOException;
    }

    @Override
    public void restored(RestoreContext context, ArchiveSource source, RestoreReport report)
            throws ComponentException, IOException {
        Optional<IndexedFile> indexed = index.open();
        if (indexed.isPresent()) {
            try (IndexedFile file = indexed.get()) {
                compare(context, file.source());
            }
        } else {
            compare(context, source);
        }
    }

    private void compare(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Account account = Components.existing(context);
        HostFiles files = new HostFiles(context.services().root());
        if (files.stat(account.home()).isEmpty()) {
            throw new ComponentException("the home directory is not there after the restore");
        }
        try (Directory home =
                Directory.openTrusted(context.services().root().resolve(account.home()))) {
            HomeComparison comparison =
                    new HomeComparison(home, account.uid(), account.gid(), context.cancellation());
            List<String> differences = comparison.run(source);
            differences.forEach(findings::difference);
            findings.compared(
                    "%d entries of the home with %d bytes"
                            .formatted(comparison.entries(), comparison.bytes()));
            if (differences.isEmpty()) {
                findings.proven(
                        Components.HOMEDIR.value(),
                        0,
                        Map.of("entries", comparison.entries(), "bytes", comparison.bytes()));
            }
        }
    }
}
