package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;

/// Gives a complete temporary file its key. Whether that happened is answered by looking at both
/// names whenever the server's own answer is missing.
final class FtpPublication {
    private final FtpCalls calls;
    private final ObjectKey key;
    private final PutMode mode;

    FtpPublication(FtpCalls calls, ObjectKey key, PutMode mode) {
        this.calls = calls;
        this.key = key;
        this.mode = mode;
    }

    /// @throws TransportException `EXISTS` for a taken key under [PutMode#CREATE]
    void requireFreeKey() throws TransportException, CancelledException {
        if (mode == PutMode.CREATE) {
            calls.brief(session -> {
                requireFreeKey(files(session));
                return true;
            });
        }
    }

    private void requireFreeKey(FtpFiles files) throws IOException {
        if (files.seen(key).isPresent()) {
            throw taken();
        }
    }

    private TransportException taken() {
        return new TransportException(Kind.EXISTS, calls.operation() + ": it exists already");
    }

    private FtpFiles files(FtpSession session) {
        return new FtpFiles(session, calls.operation());
    }

    ObjectInfo run(FtpUploadState state) throws TransportException, CancelledException {
        try {
            calls.brief(session -> {
                rename(files(session), session, state);
                return true;
            });
        } catch (TransportException e) {
            return afterFailure(state, e);
        }
        return calls.brief(session -> files(session).seen(key))
                .filter(info -> info.sizeBytes() == state.sizeBytes())
                .orElseThrow(() ->
                        new TransportException(
                                Kind.UNAVAILABLE,
                                calls.operation() + ": the server does not have what it renamed"));
    }

    private void rename(FtpFiles files, FtpSession session, FtpUploadState state)
            throws IOException {
        if (mode == PutMode.CREATE) {
            requireFreeKey(files);
        }
        if (files.rename(state.temporary(), key)) {
            return;
        }
        TransportException refusal = session.refusal(calls.operation());
        Optional<ObjectInfo> there = files.seen(key);
        if (isPublished(files, there, state)) {
            return;
        }
        if (there.isEmpty()) {
            throw refusal;
        }
        // A server that renames over nothing refuses when another was faster.
        if (mode == PutMode.CREATE) {
            throw taken();
        }
        files.mustRename(key, state.aside());
        files.mustRename(state.temporary(), key);
        files.discard(state.aside());
    }

    /// True if the temporary file has become the object.
    private boolean isPublished(FtpFiles files, Optional<ObjectInfo> there, FtpUploadState state)
            throws IOException {
        return there.isPresent()
                && there.get().sizeBytes() == state.sizeBytes()
                && files.seen(state.temporary()).isEmpty();
    }

    private ObjectInfo afterFailure(FtpUploadState state, TransportException failure)
            throws TransportException, CancelledException {
        if (failure.kind() == Kind.EXISTS) {
            throw failure;
        }
        try {
            Optional<ObjectInfo> found = look(state);
            if (found.isPresent()) {
                return found.get();
            }
        } catch (TransportException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    /// The object, if the temporary file has become it; else an old object that was set aside is
    /// put back.
    private Optional<ObjectInfo> look(FtpUploadState state)
            throws TransportException, CancelledException {
        return calls.tidying(session -> {
            FtpFiles files = files(session);
            Optional<ObjectInfo> found = files.seen(key);
            boolean published = isPublished(files, found, state);
            boolean aside = files.seen(state.aside()).isPresent();
            if (found.isEmpty() && aside) {
                files.mustRename(state.aside(), key);
            } else if (aside) {
                files.discard(state.aside());
            }
            return found.filter(_ -> published);
        });
    }

    /// Removes what an upload left that nobody goes on with; a finished object stays, and an old
    /// one that was set aside is put back.
    void takeBack(FtpUploadState state) throws TransportException, CancelledException {
        if (state.publishing()) {
            look(state);
        }
        calls.tidying(session -> {
            files(session).discard(state.temporary());
            return true;
        });
    }

    /// The object, if a try that died while it renamed had succeeded: its bytes are read back,
    /// since much may have happened since.
    Optional<ObjectInfo> ofEarlierTry(FtpUploadState state)
            throws TransportException, CancelledException {
        Optional<ObjectInfo> found = look(state);
        if (found.isEmpty()) {
            return found;
        }
        String digest =
                calls.moving(session ->
                        new FtpDownload(session, calls.operation(), key, calls.cancellation())
                                .run(ByteRange.ALL, Sha256::of));
        return found.filter(_ -> digest.equals(state.sha256()));
    }
}
