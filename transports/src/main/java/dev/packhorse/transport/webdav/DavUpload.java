package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One put: what an earlier try left, sending, checking, publishing, and the tidying up when it
/// fails.
final class DavUpload {
    /// Names that begin so are never objects: they are uploads under way, or what a killed one
    /// left.
    static final String TEMPORARY = ".packhorse-upload-";

    /// After a cancellation nobody waits long for the tidying up.
    private static final Duration TIDY = Duration.ofSeconds(5);

    /// How often the tidying up is tried: some servers hold on to a file (423) until they have seen
    /// that its sender is gone.
    private static final int TIDY_TRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final DavClient client;
    private final DavClient tidying;
    private final Optional<DavChunks> chunks;
    private final ObjectKey key;
    private final Content content;
    private final PutMode mode;
    private final UploadJournal journal;
    private @Nullable DavUploadState state;

    DavUpload(
            DavClient client,
            Optional<DavChunks> chunks,
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal) {
        this.client = client;
        this.tidying = client.within(Cancellation.never(), TIDY);
        this.chunks = chunks;
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
        DavPublication publication = new DavPublication(client, tidying, key, mode);
        Optional<DavUploadState> earlier = recorded();
        state = earlier.orElse(null);
        if (earlier.isPresent() && earlier.get().publishing() && earlier.get().isOf(content)) {
            Optional<ObjectInfo> done = publication.ofEarlierTry(earlier.get());
            if (done.isPresent()) {
                clear();
                return done.get();
            }
        }
        publication.requireFreeKey();
        DavUploadState current = begin(earlier);
        send(current, earlier.isPresent());
        record(current.toPublish());
        ObjectInfo stored = publication.run(current);
        clear();
        return stored;
    }

    private void send(DavUploadState current, boolean resumes)
            throws TransportException, CancelledException {
        DavSending sending = new DavSending(client, tidying, key, content, current);
        if (chunks.isPresent() && chunks.get().suits(content)) {
            sending.inChunks(chunks.get(), resumes);
        } else {
            sending.whole();
        }
    }

    private DavUploadState begin(Optional<DavUploadState> earlier)
            throws TransportException, CancelledException {
        if (earlier.isPresent() && earlier.get().isOf(content)) {
            return earlier.get();
        }
        if (earlier.isPresent()) {
            remove(earlier.get());
        }
        DavUploadState fresh = DavUploadState.fresh(key, content);
        record(fresh);
        state = fresh;
        return fresh;
    }

    /// What arrived stays for the next try if there can be one; what cannot be removed now stays in
    /// the journal.
    private void giveUp(IOException failure, boolean mayPass) {
        if (state == null || (mayPass && !journal.equals(UploadJournal.none()))) {
            return;
        }
        try {
            removeWhenLetGo(state);
            clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void removeWhenLetGo(DavUploadState left)
            throws TransportException, CancelledException {
        long began = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        for (int tries = 1; ; tries++) {
            try {
                remove(left);
                return;
            } catch (TransportException e) {
                boolean late = System.nanoTime() - began > TIDY.toNanos();
                if (!e.kind().retryable() || late || tries == TIDY_TRIES) {
                    throw e;
                }
            }
            LockSupport.parkNanos(pause.toNanos());
            pause = pause.multipliedBy(2);
        }
    }

    private void remove(DavUploadState left) throws TransportException, CancelledException {
        remove(tidying, chunks, left);
    }

    /// Removes what arrived of an upload; a finished object stays.
    static void remove(DavClient client, Optional<DavChunks> chunks, DavUploadState left)
            throws TransportException, CancelledException {
        new DavObjects(client).delete(left.temporary());
        if (chunks.isPresent()) {
            chunks.get().remove(client, left);
        }
    }

    private Optional<DavUploadState> recorded() throws TransportException {
        try {
            return journal.recorded()
                    .flatMap(DavUploadState::of)
                    .filter(left -> left.key().equals(key));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void record(DavUploadState next) throws TransportException {
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
                client.operation() + ": the upload journal cannot be used",
                new OwnSideException(cause));
    }
}
