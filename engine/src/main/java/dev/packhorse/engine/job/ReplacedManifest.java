package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The manifest of an archive whose place another archive is about to take, kept until it has: when
/// that is cut short, the old archive is still proven. Archives of one slot share one manifest
/// whatever their form: one in another form goes when the new archive is there, since nothing would
/// ever know of it again.
///
/// @param directory where
/// @param kept the key under which it is kept
/// @param otherForm the archive that the manifest is of, if it does not have the new one's name
record ReplacedManifest(BackupDirectory directory, ObjectKey kept, Optional<ObjectKey> otherForm) {
    /// Keeps the manifest of the archive that is at a key now, if there is one.
    static ReplacedManifest keep(BackupDirectory directory, ObjectKey archive, JobId job)
            throws IOException {
        ObjectKey manifest = BackupDirectory.manifestKey(archive);
        ObjectKey previous = BackupDirectory.previousManifestKey(archive);
        if (Files.isRegularFile(directory.place(manifest), LinkOption.NOFOLLOW_LINKS)
                && isOf(directory, manifest, previous, archive)) {
            directory.linkOne(manifest, previous, job);
        }
        Optional<ObjectKey> other = otherForm(directory, manifest, archive);
        if (other.isEmpty()) {
            other = otherForm(directory, previous, archive);
        }
        return new ReplacedManifest(directory, previous, other);
    }

    private static Optional<ObjectKey> otherForm(
            BackupDirectory directory, ObjectKey manifest, ObjectKey archive) throws IOException {
        String name = archive.name();
        int dot = name.indexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        String folder = archive.value().substring(0, archive.value().length() - name.length());
        return PointManifest.archiveName(directory.place(manifest))
                .filter(each -> !each.equals(name))
                .filter(List.of(stem, stem + ".tar", stem + ".tar.gz")::contains)
                .map(each -> new ObjectKey(folder + each));
    }

    /// Whether the manifest is of the archive that is there. It is, unless an earlier replacement
    /// was cut short and left another one: then the archive itself is asked. A tree is not, since
    /// that takes as long as a restore: what was kept of it stays.
    private static boolean isOf(
            BackupDirectory directory, ObjectKey manifest, ObjectKey previous, ObjectKey archive)
            throws IOException {
        Path place = directory.place(archive);
        if (!Files.exists(directory.place(previous)) || !Files.exists(place)) {
            return true;
        }
        return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                && PointManifest.speaksOf(
                        Files.readAllBytes(directory.place(manifest)), Sha256.of(place));
    }

    /// The new archive is there.
    void forget() throws IOException {
        if (otherForm.isPresent()) {
            ArchiveRemoval.removeData(directory, otherForm.get());
        }
        Path place = directory.place(kept);
        if (Files.deleteIfExists(place)) {
            BackupDirectory.sync(BackupDirectory.parentOf(place));
        }
    }
}
