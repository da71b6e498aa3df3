package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.settings.SettingsLoader;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Only the least times are looked at: a slow machine does not make limits wrong.
class SpeedsTest {
    private static final ObjectKey KEY = new ObjectKey("object");
    private static final int SIZE = 100 << 10;
    private static final Duration LEAST = Duration.ofMillis(950);

    private static final Content ZEROS =
            new Content() {
                @Override
                public long sizeBytes() {
                    return SIZE;
                }

                @Override
                public String sha256() {
                    try {
                        return HexFormat.of()
                                .formatHex(
                                        MessageDigest.getInstance("SHA-256")
                                                .digest(new byte[SIZE]));
                    } catch (NoSuchAlgorithmException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public InputStream open() {
                    return new ByteArrayInputStream(new byte[SIZE]);
                }
            };

    @TempDir private Path folder;

    private static Speeds speeds(String... settings) throws Exception {
        return new Speeds(
                SettingsLoader.load(Optional.empty(), List.of(settings)), InstantSource.system());
    }

    private static Destination destination(String name) {
        return new Destination(
                new DestinationId(name.repeat(24)),
                DestinationType.SFTP,
                name,
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Remote(new TreeMap<>(), new TreeMap<>()));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static Duration time(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /// At the same time, so that two limits would be over in the time of one.
    private static Duration timeOfBoth(Transport one, Transport two) throws Exception {
        long begin = System.nanoTime();
        FutureTask<Boolean> other =
                new FutureTask<>(() -> {
                    put(two);
                    return true;
                });
        Thread.ofPlatform().start(other);
        put(one);
        assertThat(other.get()).isTrue();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static void put(Transport transport) throws IOException {
        transport.put(KEY, ZEROS, PutMode.REPLACE, Cancellation.never());
    }

    @Test
    void nothingIsInTheWayWithoutALimit() throws Exception {
        try (Transport place = new LocalTransport(folder)) {
            assertThat(speeds().slowed(destination("a"), place)).isSameAs(place);
            assertThat(speeds("bandwidth.destinations=b: 100KiB").slowed(destination("a"), place))
                    .isSameAs(place);
        }
    }

    @Test
    void aDestinationIsLimitedByItsNameOrIdForAllThatOpenIt() throws Exception {
        for (String name : List.of("b", "b".repeat(24))) {
            Speeds speeds = speeds("bandwidth.destinations=" + name + ": 100KiB");
            try (Transport one = speeds.slowed(destination("b"), new LocalTransport(folder));
                    Transport two = speeds.slowed(destination("b"), new LocalTransport(folder))) {
                assertThat(timeOfBoth(one, two)).isGreaterThan(LEAST.multipliedBy(2));
            }
        }
    }

    @Test
    void allUploadsShareOneLimitAndDownloadsAnother() throws Exception {
        Speeds speeds = speeds("bandwidth.upload=100KiB", "bandwidth.download=50KiB");
        try (Transport one = speeds.slowed(destination("a"), new LocalTransport(folder));
                Transport two = speeds.slowed(destination("b"), new LocalTransport(folder))) {
            assertThat(timeOfBoth(one, two)).isGreaterThan(LEAST.multipliedBy(2));
            assertThat(
                            time(() ->
                                    one.read(
                                            KEY,
                                            ByteRange.ALL,
                                            InputStream::readAllBytes,
                                            Cancellation.never())))
                    .isGreaterThan(LEAST.multipliedBy(2));
        }
    }
}
