package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.SealedManifest;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Reads the manifests of archives and trees at a destination, several at a time.
///
/// @param transport stays the caller's
/// @param calls stays the caller's, too
record FarManifests(
        Transport transport, ManifestMac mac, FarCalls calls, Cancellation cancellation) {
    /// What came of reading one manifest.
    sealed interface Read {
        /// What it says of the archive that it fits.
        ///
        /// @param proven whether this server's key has sealed it
        record Found(
                Manifest.ArchiveFile archive,
                Instant created,
                String node,
                String label,
                boolean proven)
                implements Read {}

        /// There is none of use, in words.
        record None(String reason) implements Read {}
    }

    /// Reads those of some archives.
    ///
    /// @return one answer for each, in their order
    /// @throws IOException if the destination fails
    List<Read> read(List<FarFound> archives) throws IOException {
        List<Callable<Read>> each = new ArrayList<>();
        archives.forEach(archive -> each.add(() -> one(archive)));
        return calls.all(each);
    }

    /// Where a replacement was cut short, the manifest of what is there was kept under another key.
    private Read one(FarFound archive) throws IOException {
        if (archive.isTree() && archive.mark().isEmpty()) {
            return new Read.None("no tree is there that it could be the mark of");
        }
        ObjectKey key = archive.key().key();
        Read beside = at(BackupDirectory.manifestKey(key), archive);
        if (beside instanceof Read.Found) {
            return beside;
        }
        Read kept = at(BackupDirectory.previousManifestKey(key), archive);
        return kept instanceof Read.Found ? kept : beside;
    }

    private Read at(ObjectKey key, FarFound archive) throws IOException {
        cancellation.check();
        byte[] json = PointManifest.bytes(transport, key, cancellation);
        if (json.length == 0) {
            return new Read.None("it has no manifest");
        }
        if (json.length > ManifestJson.MOST_BYTES) {
            return new Read.None("its manifest is too large");
        }
        try {
            return fitting(ManifestJson.read(json), archive);
        } catch (ArchiveException _) {
            return new Read.None("its manifest is damaged");
        }
    }

    /// Keeps nothing else of it: a destination may store large ones.
    private Read fitting(SealedManifest sealed, FarFound archive) {
        Manifest manifest = sealed.manifest();
        return archive.fits(manifest)
                ? new Read.Found(
                        manifest.archive(),
                        manifest.created(),
                        manifest.node(),
                        manifest.label(),
                        mac.proves(sealed))
                : new Read.None("its manifest is that of another archive");
    }
}
