package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.http.UploadBody;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;

/// The address that takes the bytes of one file, in order, and tells how many it has.
///
/// Source: Google Drive API, “Upload file data”, resumable uploads.
///
/// @param address as the service gave it
/// @param sizeBytes of the whole file
record UploadSession(DriveClient client, URI address, long sizeBytes) {
    /// How much is sent at a time; chunks but the last must be multiples of 256 KiB.
    static final long CHUNK = 16 << 20;

    private static final int RESUME_INCOMPLETE = 308;
    private static final String UPLOAD = "upload/drive/v3/files";

    /// How far a file has come.
    sealed interface Progress {
        /// The service has this many bytes.
        record Arrived(long bytes) implements Progress {}

        /// The file is there.
        record Complete() implements Progress {}

        /// The service knows nothing of it any more.
        record Gone() implements Progress {}
    }

    /// Begins to upload a file.
    ///
    /// @param metadata of the file
    static UploadSession begin(DriveClient client, Map<String, Object> metadata, long sizeBytes)
            throws TransportException, CancelledException {
        String json = DriveJson.text(metadata);
        String address =
                client.send(
                        "POST",
                        client.address(UPLOAD, Map.of("uploadType", "resumable", "fields", "id")),
                        Map.of(
                                "Content-Type", "application/json; charset=UTF-8",
                                "X-Upload-Content-Type", "application/octet-stream",
                                "X-Upload-Content-Length", Long.toString(sizeBytes)),
                        _ -> BodyPublishers.ofString(json),
                        CallLimits.idle(client.timeout()),
                        reply -> location(client, reply));
        return at(client, address, sizeBytes);
    }

    private static String location(DriveClient client, HttpReply reply) throws IOException {
        if (reply.status() / 100 != 2) {
            throw GdriveErrors.of(client.operation(), reply);
        }
        reply.drain();
        return reply.header("Location").orElse("");
    }

    /// A session that was begun.
    ///
    /// @throws TransportException `REFUSED` if the address is none that content may be sent to
    static UploadSession at(DriveClient client, String address, long sizeBytes)
            throws TransportException {
        try {
            if (GdriveUploadState.isUsable(address)
                    && client.settings().trusts(URI.create(address))) {
                return new UploadSession(client, URI.create(address), sizeBytes);
            }
        } catch (IllegalArgumentException e) {
            throw new TransportException(
                    Kind.REFUSED, client.operation() + ": the service names no address", e);
        }
        throw client.failed(Kind.REFUSED, "the service names an address that is not its own");
    }

    /// Asks how far the upload has come.
    Progress ask() throws TransportException, CancelledException {
        return client.send(
                "PUT",
                address,
                Map.of("Content-Range", "bytes */" + sizeBytes),
                _ -> BodyPublishers.noBody(),
                CallLimits.idle(client.timeout()),
                this::progress);
    }

    /// Sends the next bytes of the source.
    ///
    /// @param from how many the service has
    /// @param length 0 only for an empty file
    /// @throws TransportException retryable only if the bytes are not known to have arrived
    Progress send(InputStream source, long from, long length) throws IOException {
        UploadBody body = new UploadBody(source, length);
        String range =
                length == 0
                        ? "bytes */0"
                        : "bytes " + from + "-" + (from + length - 1) + "/" + sizeBytes;
        try {
            Progress progress =
                    client.sendOnce(
                            address,
                            Map.of("Content-Range", range),
                            body::publisher,
                            this::progress);
            throwIfPresent(body.failure());
            return progress;
        } catch (TransportException e) {
            throwIfPresent(body.failure());
            throw e;
        }
    }

    private static void throwIfPresent(Optional<IOException> failure) throws IOException {
        if (failure.isEmpty()) {
            return;
        }
        IOException reason = failure.get();
        if (reason instanceof SourceException
                || reason instanceof TransportException
                || reason instanceof CancelledException) {
            throw reason;
        }
        throw new SourceException(reason);
    }

    private Progress progress(HttpReply reply) throws IOException {
        if (reply.status() == 200 || reply.status() == 201) {
            reply.drain();
            return new Progress.Complete();
        }
        if (reply.status() == 404 || reply.status() == 410) {
            reply.drain();
            return new Progress.Gone();
        }
        if (reply.status() == RESUME_INCOMPLETE) {
            reply.drain();
            return new Progress.Arrived(arrived(reply.header("Range").orElse("")));
        }
        throw GdriveErrors.of(client.operation(), reply);
    }

    /// Nothing has arrived where there is no range.
    private long arrived(String range) throws TransportException {
        if (range.isEmpty()) {
            return 0;
        }
        if (range.matches("bytes=0-[0-9]{1,18}")) {
            long bytes = Long.parseLong(range.substring("bytes=0-".length())) + 1;
            if (bytes <= sizeBytes) {
                return bytes;
            }
        }
        throw client.failed(Kind.REFUSED, "the service says that it has what was never sent");
    }

    /// Gives the upload up; one that is gone is success.
    void cancel() throws TransportException, CancelledException {
        client.send(
                "DELETE",
                address,
                "",
                reply -> {
                    if (reply.status() >= 500 || reply.status() == 429) {
                        throw GdriveErrors.of(client.operation(), reply);
                    }
                    reply.drain();
                    return true;
                });
    }
}
