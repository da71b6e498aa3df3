package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.util.Optional;

/// Replacing an archive at a destination, which takes as long as its upload and may end half way:
/// meanwhile the archive that is there is still proven by its manifest, which is kept under another
/// key.
final class FarReplacement {
    private FarReplacement() {}

    /// Keeps the manifest of what is there, before that of the new archive takes its place.
    ///
    /// @param puts of the destination
    /// @param sha256 of the new archive
    /// @param there of the archive that is there, if it is known
    /// @return whether one may be kept now, by this try or an earlier one; it is to be removed once
    ///   the new archive is there
    static boolean keepManifest(
            JournaledPuts puts, ObjectKey archive, String sha256, Optional<String> there)
            throws IOException {
        Transport transport = puts.transport();
        Cancellation cancellation = puts.cancellation();
        byte[] present =
                PointManifest.bytes(transport, BackupDirectory.manifestKey(archive), cancellation);
        if (present.length == 0) {
            return false;
        }
        ObjectKey previous = BackupDirectory.previousManifestKey(archive);
        // Else an earlier try has replaced it, and kept the one of what is there.
        boolean isOfWhatIsThere =
                there.isPresent()
                        ? PointManifest.speaksOf(present, there.get())
                                || hasArrived(transport, archive, sha256, present, cancellation)
                        : !PointManifest.speaksOf(present, sha256)
                                && transport.stat(previous).isEmpty();
        if (isOfWhatIsThere && present.length <= ManifestJson.MOST_BYTES) {
            puts.store(previous, new SmallContent(present));
        }
        return true;
    }

    /// Whether the archive that a manifest is of has arrived without the catalog's getting to know,
    /// since whoever sent it was stopped or got no answer. Its length tells it from the one whose
    /// manifest was kept.
    private static boolean hasArrived(
            Transport transport,
            ObjectKey archive,
            String sha256,
            byte[] present,
            Cancellation cancellation)
            throws IOException {
        Optional<Long> there = transport.stat(archive).map(ObjectInfo::sizeBytes);
        if (there.isEmpty() || PointManifest.speaksOf(present, sha256)) {
            return false;
        }
        ObjectKey previous = BackupDirectory.previousManifestKey(archive);
        byte[] kept = PointManifest.bytes(transport, previous, cancellation);
        return PointManifest.length(present).equals(there)
                && !PointManifest.length(kept).equals(there);
    }
}
