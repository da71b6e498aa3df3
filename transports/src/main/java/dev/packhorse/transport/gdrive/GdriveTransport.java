package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpCaller;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import dev.packhorse.transport.tls.PeerTrust;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// Objects as files in a Google Drive. Names mean nothing there, and one folder may hold many files
/// of one name, so an object is what carries its key in properties that only this program sees. It
/// gets them by one change after the whole content arrived and the service's own digest was
/// compared. Uploads go on at the byte that the service has. [PutMode#CREATE] only looks first;
/// where that lets two files come to one key, the one that was published last is the object.
public final class GdriveTransport implements Transport {
    private static final int CONNECTIONS = 4;

    /// Source: Google Drive help, “Files you can store in Google Drive”: 5 TB.
    private static final long LARGEST = 5_000_000_000_000L;

    private final GdriveSettings settings;
    private final HttpCaller caller;
    private final GoogleTokens tokens;
    private final DriveFolders folders;
    private final RecentChanges recent;

    /// Opens a destination; the first call connects.
    ///
    /// @throws TransportException `REFUSED` if this JDK has no usable TLS
    GdriveTransport(GdriveSettings settings) throws TransportException {
        this.settings = settings;
        this.caller =
                new HttpCaller(new PeerTrust(Optional.empty()), settings.timeout(), CONNECTIONS);
        this.tokens =
                new GoogleTokens(
                        caller, settings.login(), settings.tokenEndpoint(), settings.timeout());
        this.folders = new DriveFolders(settings.folder());
        this.recent = RecentChanges.of(settings, folders.mark());
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits(
                true, false, Resumption.BY_BYTE, OptionalLong.of(LARGEST), CONNECTIONS);
    }

    private DriveClient client(String operation, Cancellation cancellation) {
        return new DriveClient(
                caller, tokens, settings, recent, operation, settings.timeout(), cancellation);
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        DriveClient client = client("put " + key, cancellation);
        return new GdriveUpload(client, folders, key, content, mode, journal).run();
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        DriveClient client = client("read " + key, cancellation);
        DriveFile file =
                new DriveFiles(client)
                        .find(folders.mark(), key)
                        .orElseThrow(() -> client.failed(Kind.MISSING, "no such object"));
        return new GdriveReading(client, file).run(range, reader);
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        DriveClient client = client("stat " + key, Cancellation.never());
        try {
            return new DriveFiles(client).find(folders.mark(), key).map(file -> file.info(key));
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    /// Of several files of one key the one that the service names first is given.
    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + (prefix.isEmpty() ? "/" : new ObjectKey(prefix));
        DriveClient client = client(operation, cancellation);
        new GdriveListing(client, folders.mark(), prefix, visitor).run();
    }

    /// The object last, so that no older file of its key comes into its place meanwhile.
    @Override
    public void delete(ObjectKey key) throws TransportException {
        DriveClient client = client("delete " + key, Cancellation.never());
        DriveFiles files = new DriveFiles(client);
        try {
            for (DriveFile copy : files.copies(folders.mark(), key)) {
                files.delete(copy.id());
            }
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    /// Source: Google Drive API v3, `about.get`: no limit for some accounts.
    @Override
    public Optional<Capacity> capacity() throws TransportException {
        DriveClient client = client("capacity", Cancellation.never());
        try {
            JsonNode quota =
                    client.send(
                                    "GET",
                                    client.address(
                                            "drive/v3/about", Map.of("fields", "storageQuota")),
                                    "",
                                    new DriveFiles(client)::json)
                            .path("storageQuota");
            long limit = quota.path("limit").asLong(0);
            long used = quota.path("usage").asLong(0);
            return limit > 0
                    ? Optional.of(new Capacity(limit, Math.clamp(limit - used, 0, limit)))
                    : Optional.empty();
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        Optional<GdriveUploadState> left = GdriveUploadState.of(state);
        if (left.isEmpty()) {
            return;
        }
        DriveClient client = client("abandon " + left.get().key(), Cancellation.never());
        try {
            if (!left.get().root().equals(folders.mark())) {
                throw client.failed(Kind.REFUSED, "it is not of this destination");
            }
            GdriveUpload.remove(client, left.get());
        } catch (CancelledException e) {
            throw neverCancelled(e);
        }
    }

    private static IllegalStateException neverCancelled(CancelledException e) {
        return new IllegalStateException("cancelled without a cancellation", e);
    }

    @Override
    public void close() {
        caller.close();
    }
}
