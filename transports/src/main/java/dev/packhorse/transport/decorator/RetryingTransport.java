package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.Headway;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.TreeMark;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.TreeVisitor;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// Tries a call again when its failure may pass, and only then. The wait before each further try is
/// drawn evenly between nothing and a bound that doubles, so that many clients of a place that
/// comes back do not meet again; a place that says how long to wait is given that long, or, where
/// that is more than the policy's time, the failure comes out at once and says so. When all tries
/// failed, the last failure comes out. A put that can be taken up again counts its tries and its
/// time from where it last got on: it may be cut any number of times.
///
/// A stream is tried again only while nothing of it was made, since its bytes come once. A listing
/// is tried again only while no object was handed out, since each is given once. A read is tried
/// again only when it was the place that failed, not the reader.
public final class RetryingTransport implements Transport {
    private final Transport transport;
    private final RetryPolicy policy;
    private final Pause pause;
    private final RandomGenerator random;

    /// @param transport closed with this one
    /// @param random safe for many threads
    public RetryingTransport(
            Transport transport, RetryPolicy policy, Pause pause, RandomGenerator random) {
        this.transport = transport;
        this.policy = policy;
        this.pause = pause;
        this.random = random;
    }

    @Override
    public TransportTraits traits() {
        return transport.traits();
    }

    /// A try under [PutMode#CREATE] whose answer was lost may have stored the object. Then the next
    /// one finds the key taken, and the object counts as stored when it is the content.
    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        AtomicBoolean first = new AtomicBoolean(true);
        Headway headway = new Headway(content.sizeBytes());
        Content watched = goesOn(journal) ? headway.watch(content) : content;
        return retrying(
                cancellation,
                () -> true,
                headway::gotOn,
                () -> {
                    boolean mayBeOurs = !first.getAndSet(false) && mode == PutMode.CREATE;
                    try {
                        return transport.put(key, watched, mode, journal, cancellation);
                    } catch (TransportException e) {
                        if (mayBeOurs && e.kind() == Kind.EXISTS) {
                            return ours(key, content, cancellation).orElseThrow(() -> e);
                        }
                        throw e;
                    }
                });
    }

    private boolean goesOn(UploadJournal journal) {
        return transport.traits().resumption() != Resumption.NONE
                && !journal.equals(UploadJournal.none());
    }

    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        AtomicBoolean begun = new AtomicBoolean();
        ContentWriter noting =
                bytes -> {
                    begun.set(true);
                    writer.writeTo(bytes);
                };
        return retrying(
                cancellation,
                () -> !begun.get(),
                () -> transport.putStreamed(key, noting, mode, journal, cancellation));
    }

    @Override
    public void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException, CancelledException {
        retrying(
                cancellation,
                () -> {
                    transport.putTree(key, tree, journal, cancellation);
                    return true;
                });
    }

    @Override
    public Optional<TreeMark> findTree(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return retrying(cancellation, () -> transport.findTree(key, cancellation));
    }

    /// Tried once: the folder of a try that failed is not empty any more.
    @Override
    public void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.readTree(key, into, mostBytes, cancellation);
    }

    @Override
    public void listTree(
            ObjectKey key,
            Optional<TreePath> part,
            boolean deep,
            TreeVisitor visitor,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        retrying(
                cancellation,
                () -> {
                    transport.listTree(key, part, deep, visitor, cancellation);
                    return true;
                });
    }

    /// Tried once, as [#readTree].
    @Override
    public void readTreePart(
            ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
            throws TransportException, CancelledException {
        transport.readTreePart(key, part, mostBytes, into, cancellation);
    }

    @Override
    public void deleteTree(ObjectKey key) throws TransportException {
        uncancelled(() -> {
            transport.deleteTree(key);
            return true;
        });
    }

    private Optional<ObjectInfo> ours(ObjectKey key, Content content, Cancellation cancellation)
            throws TransportException, CancelledException {
        Optional<ObjectInfo> found = transport.stat(key);
        if (found.isEmpty() || found.get().sizeBytes() != content.sizeBytes()) {
            return Optional.empty();
        }
        String digest = transport.read(key, ByteRange.ALL, Sha256::of, cancellation);
        return digest.equals(content.sha256()) ? found : Optional.empty();
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        JudgedReader<R> judged = new JudgedReader<>(reader);
        return retrying(
                cancellation,
                () -> !judged.failedItself(),
                () -> {
                    try {
                        return transport.read(key, range, judged, cancellation);
                    } catch (TransportException e) {
                        throw judged.sorted("read " + key, e);
                    }
                });
    }

    @Override
    public boolean readsParts(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        return retrying(cancellation, () -> true, () -> transport.readsParts(key, cancellation));
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        return uncancelled(() -> transport.stat(key));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        AtomicBoolean begun = new AtomicBoolean();
        ObjectVisitor noting =
                object -> {
                    begun.set(true);
                    return visitor.visit(object);
                };
        retrying(
                cancellation,
                () -> !begun.get(),
                () -> {
                    transport.list(prefix, noting, cancellation);
                    return true;
                });
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        uncancelled(() -> {
            transport.delete(key);
            return true;
        });
    }

    @Override
    public Optional<Capacity> capacity() throws TransportException {
        return uncancelled(transport::capacity);
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        return uncancelled(() -> transport.removeEmptyFolder(folder));
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        uncancelled(() -> {
            transport.abandon(state);
            return true;
        });
    }

    @Override
    public void close() throws TransportException {
        transport.close();
    }

    private <R> R uncancelled(Call<R> call) throws TransportException {
        try {
            return retrying(Cancellation.never(), call);
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    private <R> R retrying(Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        return retrying(cancellation, () -> true, call);
    }

    private <R> R retrying(Cancellation cancellation, BooleanSupplier repeatable, Call<R> call)
            throws TransportException, CancelledException {
        return retrying(cancellation, repeatable, () -> false, call);
    }

    /// @param gotOn asked once after each failed try
    private <R> R retrying(
            Cancellation cancellation,
            BooleanSupplier repeatable,
            BooleanSupplier gotOn,
            Call<R> call)
            throws TransportException, CancelledException {
        long begin = pause.nanoTime();
        for (int tries = 1; ; tries++) {
            cancellation.check();
            try {
                return call.run();
            } catch (TransportException e) {
                if (gotOn.getAsBoolean()) {
                    begin = pause.nanoTime();
                    tries = 1;
                }
                Duration gone = Duration.ofNanos(pause.nanoTime() - begin);
                Optional<Duration> wait = policy.waitAfter(e, tries, gone, random);
                if (wait.isEmpty() || !repeatable.getAsBoolean()) {
                    throw e;
                }
                pause.pause(wait.get(), cancellation);
            }
        }
    }

    private interface Call<R> {
        R run() throws TransportException, CancelledException;
    }
}
