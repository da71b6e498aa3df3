package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.SealedManifest;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads the manifests of archives at a destination, several at a time. Closing it ends its
/// threads.
final class FarManifests implements AutoCloseable {
    private static final int MOST_AT_ONCE = 4;

    private final Transport transport;
    private final ManifestMac mac;
    private final Cancellation cancellation;
    private final ExecutorService threads;

    /// @param transport stays the caller's
    FarManifests(Transport transport, ManifestMac mac, Cancellation cancellation) {
        this.transport = transport;
        this.mac = mac;
        this.cancellation = cancellation;
        // Platform threads, since some drivers wait for child processes.
        this.threads =
                Executors.newFixedThreadPool(
                        Math.min(MOST_AT_ONCE, transport.traits().maxConnections()),
                        Thread.ofPlatform().name("far-manifests").daemon(true).factory());
    }

    /// What came of reading one manifest.
    sealed interface Read {
        /// What it says of its archive.
        ///
        /// @param proven whether this server's key has sealed it
        record Found(
                AccountName account,
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
    List<Read> read(List<FarRuns.Listed> archives) throws IOException {
        List<Callable<Read>> calls = new ArrayList<>();
        archives.forEach(archive -> calls.add(() -> one(archive)));
        List<Read> answers = new ArrayList<>();
        try {
            for (Future<Read> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
        return answers;
    }

    private Read one(FarRuns.Listed archive) throws IOException {
        cancellation.check();
        ObjectKey key = BackupDirectory.manifestKey(archive.key().key());
        try {
            byte[] json =
                    transport.read(
                            key,
                            ByteRange.ALL,
                            bytes -> bytes.readNBytes(ManifestJson.MOST_BYTES + 1),
                            cancellation);
            return json.length > ManifestJson.MOST_BYTES
                    ? new Read.None("its manifest is too large")
                    : found(ManifestJson.read(json));
        } catch (ArchiveException _) {
            return new Read.None("its manifest is damaged");
        } catch (TransportException e) {
            if (e.kind() == TransportException.Kind.MISSING) {
                return new Read.None("it has no manifest");
            }
            throw e;
        }
    }

    /// Keeps nothing else of it: a destination may store large ones.
    private Read found(SealedManifest sealed) {
        Manifest manifest = sealed.manifest();
        return new Read.Found(
                manifest.account(),
                manifest.archive(),
                manifest.created(),
                manifest.node(),
                manifest.label(),
                mac.proves(sealed));
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
