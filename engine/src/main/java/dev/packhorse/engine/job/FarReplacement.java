package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.util.Optional;

/// Replacing an archive at a destination, which takes as long as its upload and may end half way:
/// meanwhile the archive that is there is still proven by its manifest, which is kept under another
/// key.
final class FarReplacement {
    private FarReplacement() {}

    /// Keeps the manifest of what is there, before that of the new archive takes its place.
    ///
    /// @param sha256 of the new archive
    /// @param there of the archive that is there, if it is known
    /// @return whether one may be kept now, by this try or an earlier one; it is to be removed once
    ///   the new archive is there
    static boolean keepManifest(
            Transport transport,
            ObjectKey archive,
            String sha256,
            Optional<String> there,
            Cancellation cancellation)
            throws IOException {
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
                        : !PointManifest.speaksOf(present, sha256)
                                && transport.stat(previous).isEmpty();
        if (isOfWhatIsThere && present.length <= ManifestJson.MOST_BYTES) {
            UploadHandler.store(
                    transport,
                    previous,
                    new SmallContent(present),
                    UploadJournal.none(),
                    cancellation);
        }
        return true;
    }
}
