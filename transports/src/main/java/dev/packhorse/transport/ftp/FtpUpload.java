package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One put: what an earlier try left, sending, checking, publishing, and the tidying up when it
/// fails.
final class FtpUpload {
    /// Names that begin so are never objects: they are uploads under way, or what a killed one
    /// left.
    static final String TEMPORARY = ".packhorse-upload-";

    private final FtpCalls calls;
    private final ObjectKey key;
    private final Content content;
    private final PutMode mode;
    private final UploadJournal journal;
    private @Nullable FtpUploadState state;

    FtpUpload(FtpCalls calls, ObjectKey key, Content content, PutMode mode, UploadJournal journal) {
        this.calls = calls;
        this.key = key;
        this.content = content;
        this.mode = mode;
        this.journal = journal;
    }

    ObjectInfo run() throws TransportException, CancelledException {
        try {
            return attempt();
        } catch (CancelledException e) {
            giveUp(e, true);
            throw e;
        } catch (TransportException e) {
            giveUp(e, e.kind().retryable());
            throw e;
        }
    }

    private ObjectInfo attempt() throws TransportException, CancelledException {
        FtpPublication publication = new FtpPublication(calls, key, mode);
        Optional<FtpUploadState> earlier = recorded();
        state = earlier.orElse(null);
        if (earlier.isPresent() && earlier.get().publishing()) {
            Optional<ObjectInfo> done = publication.ofEarlierTry(earlier.get());
            if (done.isPresent() && earlier.get().isOf(content)) {
                clear();
                return done.get();
            }
        }
        publication.requireFreeKey();
        FtpUploadState current = begin(earlier);
        new FtpSending(calls, key, content, current).run(earlier.isPresent());
        FtpUploadState ready = current.toPublish(content);
        record(ready);
        state = ready;
        ObjectInfo stored = publication.run(ready);
        clear();
        return stored;
    }

    private FtpUploadState begin(Optional<FtpUploadState> earlier)
            throws TransportException, CancelledException {
        if (earlier.isPresent() && earlier.get().isOf(content)) {
            return earlier.get();
        }
        if (earlier.isPresent()) {
            remove(earlier.get());
        }
        FtpUploadState fresh = FtpUploadState.fresh(key, content);
        record(fresh);
        state = fresh;
        return fresh;
    }

    /// What arrived stays for the next try if there can be one; what cannot be removed now stays in
    /// the journal.
    private void giveUp(IOException failure, boolean mayPass) {
        if (state == null || (mayPass && mayGoOn())) {
            return;
        }
        try {
            new FtpPublication(calls, key, mode).takeBack(state);
            clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// A stream comes once.
    private boolean mayGoOn() {
        return !journal.equals(UploadJournal.none()) && !(content instanceof StreamedContent);
    }

    private void remove(FtpUploadState left) throws TransportException, CancelledException {
        calls.tidying(session -> {
            new FtpFiles(session, calls.operation()).discard(left.temporary());
            return true;
        });
    }

    private Optional<FtpUploadState> recorded() throws TransportException {
        try {
            return journal.recorded()
                    .flatMap(FtpUploadState::of)
                    .filter(left -> left.key().equals(key));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void record(FtpUploadState next) throws TransportException {
        try {
            journal.record(next.recorded());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void clear() throws TransportException {
        try {
            journal.clear();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private TransportException unusable(IOException cause) {
        return new TransportException(
                Kind.REFUSED,
                calls.operation() + ": the upload journal cannot be used",
                new OwnSideException(cause));
    }
}
