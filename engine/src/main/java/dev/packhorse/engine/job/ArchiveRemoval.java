package dev.packhorse.engine.job;

import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.tree.TreeLeftovers;
import dev.packhorse.engine.tree.TreeSpot;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Removes one archive or tree from the backup directory: manifest, index, then the data, so that
/// nothing half removed is taken for whole. Every step can be done again.
///
/// A tree loses its name in one step and is taken apart under a hidden one, which the next start
/// sweeps. Only names go: files that a newer tree has too live on in it.
final class ArchiveRemoval {
    private static final String PRUNED = BackupDirectory.PARTIAL + "pruned-";

    private ArchiveRemoval() {}

    static void remove(BackupDirectory directory, ObjectKey archive) throws IOException {
        for (ObjectKey beside :
                List.of(
                        BackupDirectory.manifestKey(archive),
                        BackupDirectory.previousManifestKey(archive),
                        BackupDirectory.indexKey(archive))) {
            removeFile(directory.place(beside));
        }
        removeData(directory, archive);
    }

    /// Removes the archive or tree alone: what lies beside it is another's by now.
    static void removeData(BackupDirectory directory, ObjectKey archive) throws IOException {
        if (ArchiveForm.of(archive.name()) == ArchiveForm.INCREMENTAL) {
            removeTree(directory.tree(archive));
        } else {
            removeFile(directory.place(archive));
        }
    }

    private static void removeFile(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            BackupDirectory.sync(BackupDirectory.parentOf(file));
        }
    }

    private static void removeTree(TreeSpot spot) throws IOException {
        if (!Files.isDirectory(spot.folder(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        removeFile(spot.record());
        Path aside = spot.folder().resolve(PRUNED + spot.name());
        if (Files.isDirectory(spot.tree(), LinkOption.NOFOLLOW_LINKS)) {
            TreeLeftovers.remove(aside);
            Files.move(spot.tree(), aside, StandardCopyOption.ATOMIC_MOVE);
            BackupDirectory.sync(spot.folder());
        }
        TreeLeftovers.remove(aside);
    }
}
