package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The upload in parts that belongs to one put: remembered in its journal from before the first
/// byte is sent, and taken back at the place when there is nothing to go on with.
///
/// Only an upload whose id stands in the journal, or was just begun here, is ever taken back. One
/// whose process died between the place's answer and the record is left to the bucket's own rule
/// for unfinished uploads: nothing at the place tells it from another program's.
public final class UploadKeeper {
    private final String protocol;
    private final String name;
    private final Content content;
    private final UploadJournal journal;
    private final TakeBack takeBack;
    private @Nullable BegunUpload current;

    /// Removes an upload at the place.
    @FunctionalInterface
    public interface TakeBack {
        /// Removes it; success if it is not there. Ends within seconds, cancelled or not.
        void takeBack(BegunUpload upload) throws IOException;
    }

    /// Keeps the upload of one put.
    ///
    /// @param name of the object at the place
    public UploadKeeper(
            String protocol,
            String name,
            Content content,
            UploadJournal journal,
            TakeBack takeBack) {
        this.protocol = protocol;
        this.name = name;
        this.content = content;
        this.journal = journal;
        this.takeBack = takeBack;
    }

    /// What an earlier try began for this content. What it began for another one is taken back.
    public Optional<BegunUpload> begun() throws IOException {
        Optional<BegunUpload> found;
        try {
            found = journal.recorded().flatMap(state -> BegunUpload.of(protocol, state));
        } catch (IOException e) {
            throw unusable(e);
        }
        if (found.isEmpty()) {
            return found;
        }
        current = found.get();
        if (found.get().isOf(name, content)) {
            return found;
        }
        abandon();
        clear();
        return Optional.empty();
    }

    /// Takes back what an earlier try began, whatever its content: nobody can go on with a stream.
    public void takeBackBegun() throws IOException {
        try {
            current =
                    journal.recorded()
                            .flatMap(state -> BegunUpload.of(protocol, state))
                            .orElse(null);
        } catch (IOException e) {
            throw unusable(e);
        }
        if (current != null) {
            abandon();
            clear();
        }
    }

    /// Remembers the upload of a stream that was just begun; no content is ever taken for its.
    ///
    /// @param id the place's name for it
    public BegunUpload recordStream(String id, ByteSize leastPart) throws IOException {
        PartPlan unknown = new PartPlan(0, Math.toIntExact(leastPart.bytes()));
        return record(new BegunUpload(protocol, name, id, unknown, ""));
    }

    /// Remembers an upload that was just begun.
    ///
    /// @param id the place's name for it
    public BegunUpload record(String id, PartPlan plan) throws IOException {
        return record(new BegunUpload(protocol, name, id, plan, content.sha256()));
    }

    private BegunUpload record(BegunUpload begun) throws IOException {
        current = begun;
        try {
            journal.record(begun.state());
        } catch (IOException e) {
            throw unusable(e);
        }
        return begun;
    }

    /// Forgets the upload: it was published, or the place has dropped it.
    public void clear() throws IOException {
        current = null;
        try {
            journal.clear();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// Takes the upload back at the place, which may have none any more.
    public void abandon() throws IOException {
        if (current != null) {
            takeBack.takeBack(current);
        }
    }

    /// After a failure: what may pass, and a cancellation, leave the upload to the next try; so
    /// does a quota or cap, which may be raised, or end with the day.
    public void giveUpUnlessItMayPass(IOException failure) {
        boolean mayPass =
                failure instanceof CancelledException
                        || (failure instanceof TransportException known
                                && (known.kind().retryable() || known.kind() == Kind.FULL));
        if (mayPass && !journal.equals(UploadJournal.none())) {
            return;
        }
        giveUp(failure);
    }

    /// After a failure: takes the upload back. What cannot be taken back now stays in the journal.
    public void giveUp(Exception failure) {
        try {
            abandon();
            clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private TransportException unusable(IOException cause) {
        return new TransportException(
                Kind.REFUSED,
                "put " + name + ": the upload journal cannot be used",
                new OwnSideException(cause));
    }
}
