package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;

/// Proves that a destination works by using it: stores a small object, looks it up, reads it back,
/// finds it in the listing and deletes it. Leaves nothing there. Safe for many threads.
public final class DestinationCheck {
    /// The prefix of the objects it makes.
    public static final String PREFIX = "packhorse-validate";

    private final TransportOpener opener;

    public DestinationCheck(TransportOpener opener) {
        this.opener = opener;
    }

    /// Returns if everything worked.
    ///
    /// @throws DestinationCheckException naming the first step that failed
    public void run(Destination destination, Cancellation cancellation)
            throws DestinationCheckException {
        Step step = new Step();
        try (Transport transport = opener.open(destination)) {
            use(transport, step, cancellation);
        } catch (IOException e) {
            throw new DestinationCheckException(step.doing, e);
        }
    }

    private static void use(Transport transport, Step step, Cancellation cancellation)
            throws IOException {
        ObjectKey key = new ObjectKey(PREFIX + "/" + JobId.random());
        Sample sample = Sample.of("packhorse stored this to see whether it can; " + key + "\n");
        try {
            step.doing = "store a test object";
            transport.put(key, sample, PutMode.CREATE, cancellation);
            step.doing = "look up the test object";
            ObjectInfo found =
                    transport.stat(key).orElseThrow(() -> new IOException("it is not there"));
            require(found.sizeBytes() == sample.sizeBytes(), "its size is " + found.sizeBytes());
            step.doing = "read the test object back";
            byte[] read =
                    transport.read(
                            key,
                            ByteRange.ALL,
                            in -> in.readNBytes(sample.bytes.length + 1),
                            cancellation);
            require(Arrays.equals(read, sample.bytes), "the bytes are not those that were stored");
            step.doing = "list objects";
            AtomicBoolean listed = new AtomicBoolean();
            transport.list(
                    PREFIX,
                    object -> {
                        listed.compareAndSet(false, object.key().equals(key));
                        return !listed.get();
                    },
                    cancellation);
            require(listed.get(), "the test object is not listed");
            step.doing = "delete the test object";
            transport.delete(key);
            require(transport.stat(key).isEmpty(), "it is still there");
            step.doing = "close the connection";
        } catch (IOException e) {
            deleteAfter(e, transport, key);
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

    /// What is being done, for the message of a failure. One thread.
    private static final class Step {
        private String doing = "open the destination";
    }

    private static final class Sample implements Content {
        private final byte[] bytes;
        private final String sha256;

        private Sample(byte[] bytes, String sha256) {
            this.bytes = bytes;
            this.sha256 = sha256;
        }

        static Sample of(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                return new Sample(bytes, HexFormat.of().formatHex(digest.digest(bytes)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
