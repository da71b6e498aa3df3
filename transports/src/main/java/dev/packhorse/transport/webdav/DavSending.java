package dev.packhorse.transport.webdav;

import dev.packhorse.transport.http.HttpErrors;
import dev.packhorse.transport.http.UploadBody;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// Brings a content into the temporary file and makes sure that it is there. The server's count
/// decides, not its answer: an answer of success with another count is a failure, and without one
/// the file is read back.
record DavSending(
        DavClient client, DavClient tidying, ObjectKey key, Content content, DavUploadState state) {
    /// In one request.
    void whole() throws TransportException, CancelledException {
        client.makeFolder(folderOf(key));
        URI address = new DavObjects(client).address(state.temporary());
        verify(
                withSource(source -> {
                    Optional<TransportException> doubt =
                            piece(source, content.sizeBytes(), address, Map.of());
                    source.transferTo(OutputStream.nullOutputStream());
                    return doubt;
                }));
    }

    /// In chunks that Nextcloud keeps apart and puts together at the end.
    void inChunks(DavChunks chunks, boolean resumes) throws TransportException, CancelledException {
        client.makeFolder(folderOf(key));
        Optional<ObjectInfo> whole =
                resumes ? new DavObjects(client).stat(state.temporary()) : Optional.empty();
        if (whole.isPresent() && whole.get().sizeBytes() == content.sizeBytes()) {
            verify(
                    withSource(source -> {
                        source.transferTo(OutputStream.nullOutputStream());
                        return Optional.of(failed("the end of the upload was not confirmed"));
                    }));
            return;
        }
        if (whole.isPresent()) {
            // An assembly that died half-way; the chunks may still be there.
            new DavObjects(client).delete(state.temporary());
        }
        verify(withSource(source -> chunks.send(this, source, resumes)));
    }

    private String folderOf(ObjectKey object) {
        String path = client.places().path(object.value());
        return path.substring(0, path.lastIndexOf('/'));
    }

    /// Work on the content; gives why it is in doubt that everything arrived.
    @FunctionalInterface
    interface Work {
        Optional<TransportException> run(CheckedContent source) throws IOException;
    }

    private Optional<TransportException> withSource(Work work)
            throws TransportException, CancelledException {
        try (CheckedContent source = new CheckedContent(key, content, client.cancellation())) {
            return work.run(source);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw HttpErrors.broken(client.operation(), e);
        }
    }

    /// Sends the next bytes of the source as one file. A source that fails is told apart from a
    /// connection that does.
    ///
    /// @return why it is in doubt that they arrived, all of them having been sent; empty if the
    ///   server says that they did
    Optional<TransportException> piece(
            CheckedContent source, long length, URI address, Map<String, String> headers)
            throws IOException {
        UploadBody body = new UploadBody(source, length);
        try {
            client.send(
                    "PUT",
                    address,
                    headers,
                    body::publisher,
                    false,
                    CallLimits.sending(client.timeout()),
                    reply -> {
                        reply.drain();
                        return switch (reply.status()) {
                            case 200, 201, 204 -> true;
                            default -> throw HttpErrors.status(client.operation(), reply);
                        };
                    });
            throwIfPresent(body.failure());
            return Optional.empty();
        } catch (TransportException e) {
            throwIfPresent(body.failure());
            if (!e.kind().retryable()) {
                throw e.kind() == Kind.MISSING ? gone(e) : e;
            }
            if (!body.isTaken()) {
                throw e;
            }
            return Optional.of(e);
        }
    }

    /// The folder went away between two requests: the next try makes it again.
    private TransportException gone(TransportException cause) {
        return new TransportException(
                Kind.UNAVAILABLE, client.operation() + ": its folder is gone", cause);
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

    private void verify(Optional<TransportException> doubt)
            throws TransportException, CancelledException {
        long there = size(doubt);
        if (there != content.sizeBytes()) {
            throw doubt.orElseGet(() ->
                    failed("the server has " + there + " of " + content.sizeBytes() + " bytes"));
        }
        if (doubt.isPresent() && !readBack().equals(content.sha256())) {
            new DavObjects(tidying).delete(state.temporary());
            throw failed("the server has other bytes than were sent");
        }
    }

    private long size(Optional<TransportException> doubt)
            throws TransportException, CancelledException {
        try {
            return new DavObjects(client)
                    .stat(state.temporary())
                    .map(ObjectInfo::sizeBytes)
                    .orElse(-1L);
        } catch (TransportException e) {
            if (doubt.isPresent()) {
                doubt.get().addSuppressed(e);
                throw doubt.get();
            }
            throw e;
        }
    }

    private String readBack() throws TransportException, CancelledException {
        return new DavDownload(client, state.temporary()).run(ByteRange.ALL, Sha256::of);
    }

    TransportException failed(String what) {
        return new TransportException(Kind.UNAVAILABLE, client.operation() + ": " + what);
    }
}
