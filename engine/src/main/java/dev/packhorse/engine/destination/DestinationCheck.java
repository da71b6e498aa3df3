package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Proves that a destination works by using it: stores a small object, looks it up, reads it back,
/// finds it in the listing and deletes it; where accounts are to be sent as trees, it stores and
/// removes a small one, too. Leaves nothing there. Safe for many threads.
public final class DestinationCheck {
    /// The prefix of the objects it makes.
    public static final String PREFIX = "packhorse-validate";

    private final TransportOpener opener;
    private final Path temporary;

    public DestinationCheck(TransportOpener opener) {
        this(opener, Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    }

    /// @param temporary where this side makes what it sends
    DestinationCheck(TransportOpener opener, Path temporary) {
        this.opener = opener;
        this.temporary = temporary;
    }

    /// A step that worked.
    ///
    /// @param name what was done, as `store a test object`
    /// @param took how long
    public record Passed(String name, Duration took) {}

    /// Returns the steps if everything worked.
    ///
    /// @param trees whether trees are to be kept there
    /// @throws DestinationCheckException naming the first step that failed, and those before it
    public List<Passed> run(Destination destination, boolean trees, Cancellation cancellation)
            throws DestinationCheckException {
        Steps steps = new Steps();
        steps.begin("open the destination");
        try (Transport transport = opener.open(destination)) {
            use(transport, steps, cancellation);
            if (trees) {
                useTree(transport, steps, cancellation);
            }
            steps.begin("close the connection");
        } catch (IOException e) {
            throw new DestinationCheckException(steps.doing, steps.passed, e);
        }
        steps.end();
        return steps.passed;
    }

    private static void use(Transport transport, Steps steps, Cancellation cancellation)
            throws IOException {
        ObjectKey key = new ObjectKey(PREFIX + "/" + JobId.random());
        SampleContent sample =
                SampleContent.of("packhorse stored this to see whether it can; " + key + "\n");
        try {
            steps.begin("store a test object");
            transport.put(key, sample, PutMode.CREATE, cancellation);
            steps.begin("look up the test object");
            ObjectInfo found =
                    transport.stat(key).orElseThrow(() -> new IOException("it is not there"));
            require(found.sizeBytes() == sample.sizeBytes(), "its size is " + found.sizeBytes());
            steps.begin("read the test object back");
            byte[] read =
                    transport.read(
                            key,
                            ByteRange.ALL,
                            in -> in.readNBytes(sample.bytes().length + 1),
                            cancellation);
            require(
                    Arrays.equals(read, sample.bytes()),
                    "the bytes are not those that were stored");
            steps.begin("list objects");
            AtomicBoolean listed = new AtomicBoolean();
            transport.list(
                    PREFIX,
                    object -> {
                        listed.compareAndSet(false, object.key().equals(key));
                        return !listed.get();
                    },
                    cancellation);
            require(listed.get(), "the test object is not listed");
            steps.begin("delete the test object");
            transport.delete(key);
            require(transport.stat(key).isEmpty(), "it is still there");
        } catch (IOException e) {
            deleteAfter(e, transport, key);
            throw e;
        }
    }

    private void useTree(Transport transport, Steps steps, Cancellation cancellation)
            throws IOException {
        ObjectKey key = new ObjectKey(PREFIX + "/" + JobId.random());
        steps.begin("store a test tree");
        try (SampleTree tree = SampleTree.make(temporary)) {
            storeTree(transport, key, tree, steps, cancellation);
        }
        steps.begin("delete the test tree");
        transport.deleteTree(key);
        require(transport.findTree(key, cancellation).isEmpty(), "it is still there");
    }

    private static void storeTree(
            Transport transport,
            ObjectKey key,
            SampleTree tree,
            Steps steps,
            Cancellation cancellation)
            throws IOException {
        try {
            transport.putTree(key, tree, UploadJournal.none(), cancellation);
            steps.begin("look up the test tree");
            require(transport.findTree(key, cancellation).isPresent(), "it is not there");
        } catch (IOException e) {
            try {
                transport.deleteTree(key);
            } catch (IOException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
    }

    private static void deleteAfter(IOException failure, Transport transport, ObjectKey key) {
        try {
            transport.delete(key);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }

    /// What is being done, and what was. One thread.
    private static final class Steps {
        private final List<Passed> passed = new ArrayList<>();
        private String doing = "";
        private long begun;

        void begin(String name) {
            end();
            doing = name;
            begun = System.nanoTime();
        }

        void end() {
            if (!doing.isEmpty()) {
                passed.add(new Passed(doing, Duration.ofNanos(System.nanoTime() - begun)));
            }
        }
    }
}
