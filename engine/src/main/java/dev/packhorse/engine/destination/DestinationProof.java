package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Tries on a real destination what every destination promises: what is stored comes back whole,
/// bad content leaves nothing, listings are exact. Works below a prefix of its own and removes what
/// it made; other objects are neither read nor touched. Safe for many threads.
public final class DestinationProof {
    private static final int LARGE = 20 << 20;

    private final TransportOpener opener;

    public DestinationProof(TransportOpener opener) {
        this.opener = opener;
    }

    /// One promise and whether it was kept.
    ///
    /// @param promise in words
    /// @param failure what was wrong, empty if nothing
    /// @param took how long it took to find out
    public record Finding(String promise, String failure, Duration took) {
        public boolean isKept() {
            return failure.isEmpty();
        }
    }

    /// What a destination can do, and what it was seen to do.
    ///
    /// @param capacity its space, empty where it does not tell
    public record Report(
            TransportTraits traits, Optional<Capacity> capacity, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }
    }

    /// Tries everything, whatever fails on the way.
    ///
    /// @throws TransportException if the destination cannot be opened
    /// @throws CancelledException after the cancellation was requested
    public Report run(Destination destination, Cancellation cancellation)
            throws TransportException, CancelledException {
        try (Transport transport = opener.open(destination)) {
            String prefix = DestinationCheck.PREFIX + "/" + JobId.random();
            Trial trial = new Trial(transport, prefix, cancellation);
            List<Finding> findings = new ArrayList<>();
            trial.promises().forEach((promise, attempt) -> findings.add(find(promise, attempt)));
            cancellation.check();
            findings.add(find("everything made for this test can be removed", trial::removeAll));
            return new Report(transport.traits(), capacity(transport), findings);
        }
    }

    private static Optional<Capacity> capacity(Transport transport) {
        try {
            return transport.capacity();
        } catch (TransportException _) {
            return Optional.empty();
        }
    }

    private static Finding find(String promise, Attempt attempt) {
        long begun = System.nanoTime();
        String failure = "";
        try {
            attempt.run();
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        }
        return new Finding(promise, failure, Duration.ofNanos(System.nanoTime() - begun));
    }

    /// Throws if the promise is broken.
    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    private record Trial(Transport transport, String prefix, Cancellation cancellation) {
        SequencedMap<String, Attempt> promises() {
            SequencedMap<String, Attempt> all = new LinkedHashMap<>();
            all.put("an object that is not there is told apart from a failure", this::absent);
            all.put("an empty object comes back", () -> roundTrip("empty", 0));
            all.put("a small object comes back", () -> roundTrip("small", 65_537));
            all.put("an object of 20 MiB comes back", () -> roundTrip("large", LARGE));
            all.put("a second object takes the place of the first", this::replaced);
            all.put("a taken name is refused where a new one is asked for", this::taken);
            all.put("a part of an object is exact", this::ranges);
            all.put("content that is not what was declared leaves nothing", this::lies);
            all.put("a listing names exactly what is there", this::listed);
            all.put("removing removes one object, and an absent one is no failure", this::removed);
            return all;
        }

        private ObjectKey key(String name) {
            return new ObjectKey(prefix + "/" + name);
        }

        private void put(String name, SampleContent content, PutMode mode) throws IOException {
            cancellation.check();
            transport.put(key(name), content, mode, cancellation);
        }

        private byte[] read(String name, ByteRange range, int most) throws IOException {
            return transport.read(key(name), range, in -> in.readNBytes(most + 1), cancellation);
        }

        private void expect(String name, SampleContent content) throws IOException {
            ObjectInfo found =
                    transport.stat(key(name)).orElseThrow(() -> new IOException("it is not there"));
            require(found.sizeBytes() == content.sizeBytes(), "its size is " + found.sizeBytes());
            byte[] bytes = read(name, ByteRange.ALL, content.bytes().length);
            require(Arrays.equals(bytes, content.bytes()), "other bytes come back");
        }

        private void roundTrip(String name, int size) throws IOException {
            SampleContent content = SampleContent.random(size, size);
            put(name, content, PutMode.CREATE);
            expect(name, content);
        }

        private void absent() throws IOException {
            require(transport.stat(key("absent")).isEmpty(), "it is said to be there");
            requireKind(Kind.MISSING, () -> read("absent", ByteRange.ALL, 0));
        }

        private void replaced() throws IOException {
            put("again", SampleContent.random(1_000, 1), PutMode.REPLACE);
            put("again", SampleContent.random(500, 2), PutMode.REPLACE);
            expect("again", SampleContent.random(500, 2));
        }

        private void taken() throws IOException {
            SampleContent first = SampleContent.random(100, 3);
            put("taken", first, PutMode.CREATE);
            requireKind(
                    Kind.EXISTS, () -> put("taken", SampleContent.random(100, 4), PutMode.CREATE));
            expect("taken", first);
        }

        private void ranges() throws IOException {
            SampleContent content = SampleContent.random(100_000, 5);
            put("parts", content, PutMode.REPLACE);
            for (int[] part : new int[][] {{0, 1}, {77, 4_096}, {99_999, 1}, {99_990, 100}}) {
                int end = Math.min(100_000, part[0] + part[1]);
                byte[] found = read("parts", new ByteRange(part[0], part[1]), part[1]);
                require(
                        Arrays.equals(found, Arrays.copyOfRange(content.bytes(), part[0], end)),
                        "the bytes from %d on are others".formatted(part[0]));
            }
            requireKind(Kind.RANGE, () -> read("parts", new ByteRange(100_000, 1), 1));
        }

        private void lies() throws IOException {
            SampleContent lie = SampleContent.random(3_000, 6).withWrongDigest();
            requireKind(Kind.CORRUPT, () -> put("lie", lie, PutMode.CREATE));
            require(transport.stat(key("lie")).isEmpty(), "it is there all the same");
        }

        private void listed() throws IOException {
            put("below/one", SampleContent.of("1"), PutMode.REPLACE);
            put("below/two", SampleContent.of("2"), PutMode.REPLACE);
            put("below.not", SampleContent.of("3"), PutMode.REPLACE);
            List<String> found = new ArrayList<>();
            transport.list(
                    prefix + "/below",
                    object -> {
                        found.add(object.key().value());
                        return found.size() < 10;
                    },
                    cancellation);
            require(
                    found.size() == 2
                            && found.contains(prefix + "/below/one")
                            && found.contains(prefix + "/below/two"),
                    "it names " + found.size() + " objects, where there are 2");
        }

        private void removed() throws IOException {
            put("gone/a", SampleContent.of("a"), PutMode.REPLACE);
            put("gone/b", SampleContent.of("b"), PutMode.REPLACE);
            transport.delete(key("gone/a"));
            transport.delete(key("gone/a"));
            require(transport.stat(key("gone/a")).isEmpty(), "it is still there");
            expect("gone/b", SampleContent.of("b"));
        }

        private void removeAll() throws IOException {
            List<ObjectKey> keys = new ArrayList<>();
            transport.list(
                    prefix,
                    object -> {
                        keys.add(object.key());
                        return keys.size() < 100;
                    },
                    cancellation);
            for (ObjectKey key : keys) {
                transport.delete(key);
            }
            for (ObjectKey key : keys) {
                require(transport.stat(key).isEmpty(), key + " is still there");
            }
        }

        private static void require(boolean condition, String otherwise) throws IOException {
            if (!condition) {
                throw new IOException(otherwise);
            }
        }

        private static void requireKind(Kind wanted, Attempt attempt) throws IOException {
            try {
                attempt.run();
            } catch (TransportException e) {
                if (e.kind() == wanted) {
                    return;
                }
                throw e;
            }
            throw new IOException("it succeeds");
        }
    }
}
