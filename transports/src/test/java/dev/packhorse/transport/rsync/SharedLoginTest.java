package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What runs through one login, and what becomes of it, against OpenSSH behind a proxy that counts.
class SharedLoginTest {
    private static final ObjectKey KEY = new ObjectKey("a/object");

    @TempDir private Path work;
    private FaultProxy proxy;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        proxy = FaultProxy.before(new HostPort("127.0.0.1", OpensshServer.shared().port()));
        transport = openIn(work);
    }

    private Transport openIn(Path folder) throws IOException {
        return RsyncPlace.fresh()
                .withKey(OpensshServer.shared().key())
                .with("port", Integer.toString(proxy.address().port()))
                .within(Duration.ofSeconds(30))
                .working(new Roomy(folder))
                .open();
    }

    private record Roomy(Path folder) implements WorkPlace {
        @Override
        public long roomBytes() {
            return Long.MAX_VALUE;
        }
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        proxy.close();
    }

    @Test
    void oneLoginServesMany() throws IOException {
        assertThat(transport.stat(KEY)).isEmpty();
        int connections = proxy.connections();
        put("little");
        assertThat(transport.stat(KEY)).isPresent();
        transport.delete(KEY);
        assertThat(transport.stat(KEY)).isEmpty();
        assertThat(proxy.connections()).isEqualTo(connections);
        assertThat(logins(work)).hasSize(1);
    }

    @Test
    void muchContentHasALineOfItsOwn() throws IOException {
        assertThat(transport.stat(KEY)).isEmpty();
        int connections = proxy.connections();
        put("much".repeat(1 << 20));
        assertThat(proxy.connections()).isEqualTo(connections + 1);
    }

    @Test
    void anotherLoginTakesThePlaceOfOneThatEnded() throws IOException {
        assertThat(transport.stat(KEY)).isEmpty();
        List<Long> first = logins(work);
        proxy.cutAll();
        awaitTheEndOf(first);
        assertThat(transport.stat(KEY)).isEmpty();
        assertThat(logins(work)).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    @Test
    void noRunGoesThroughALoginThatStandsStill() throws IOException {
        transport.close();
        transport =
                RsyncPlace.fresh()
                        .withKey(OpensshServer.shared().key())
                        .with("port", Integer.toString(proxy.address().port()))
                        .within(Duration.ofSeconds(4))
                        .working(new Roomy(work))
                        .open();
        assertThat(transport.stat(KEY)).isEmpty();
        List<Long> first = logins(work);
        proxy.set(new Fault.Hang(Fault.Direction.TO_SERVER, 0));
        assertThatThrownBy(() -> transport.stat(KEY)).isInstanceOf(TransportException.class);
        proxy.set(new Fault.None());
        assertThat(transport.stat(KEY)).isEmpty();
        assertThat(logins(work)).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    @Test
    void whoWaitsForAnothersLoginCanBeCancelled() throws Exception {
        proxy.set(new Fault.Hang(Fault.Direction.TO_SERVER, 0));
        Thread first = Thread.ofPlatform().start(() -> failing(Cancellation.never()));
        awaitIn(first, "begin");
        CancellationSource cancellation = new CancellationSource();
        Thread second = Thread.ofPlatform().start(() -> failing(cancellation));
        awaitIn(second, "take");
        cancellation.request();
        second.join();
        assertThat(first.isAlive()).isTrue();
        proxy.cutAll();
        proxy.set(new Fault.None());
        first.join();
    }

    private static void awaitIn(Thread thread, String method) {
        long begin = System.nanoTime();
        while (!isIn(thread, method)) {
            assertThat(thread.isAlive()).as("in %s", method).isTrue();
            assertThat(System.nanoTime() - begin)
                    .as("in %s in time", method)
                    .isLessThan(TimeUnit.MINUTES.toNanos(1));
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean isIn(Thread thread, String method) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame ->
                        frame.getClassName().equals(SharedLogin.class.getName())
                                && frame.getMethodName().equals(method));
    }

    private void failing(Cancellation cancellation) {
        try {
            transport.list("", _ -> true, cancellation);
        } catch (IOException _) {
            // How long it took is all that counts.
        }
    }

    @Test
    void theNextOpeningOfAKnownServerMakesNoConnectionWithoutALogin() throws IOException {
        RsyncPlace place =
                RsyncPlace.fresh()
                        .withKey(OpensshServer.shared().key())
                        .with("port", Integer.toString(proxy.address().port()))
                        .within(Duration.ofSeconds(30))
                        .working(new Roomy(work));
        place.open().close();
        int connections = proxy.connections();
        place.open().close();
        assertThat(proxy.connections()).isEqualTo(connections + 1);
    }

    @Test
    void nothingIsLeftAfterTheEnd() throws IOException {
        assertThat(transport.stat(KEY)).isEmpty();
        List<Long> login = logins(work);
        transport.close();
        awaitTheEndOf(login);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void runsLogInByThemselvesWhereNoSocketCanBe() throws IOException {
        Path deep = Files.createDirectories(work.resolve("d".repeat(100)));
        try (Transport other = openIn(deep)) {
            assertThat(other.stat(KEY)).isEmpty();
            assertThat(logins(deep)).isEmpty();
            int connections = proxy.connections();
            assertThat(other.stat(KEY)).isEmpty();
            assertThat(proxy.connections()).isEqualTo(connections + 1);
        }
    }

    private void put(String text) throws IOException {
        transport.put(
                KEY,
                BytesContent.of(text.getBytes(StandardCharsets.UTF_8)),
                PutMode.REPLACE,
                UploadJournal.none(),
                Cancellation.never());
    }

    private static void awaitTheEndOf(List<Long> processes) {
        for (long process : processes) {
            ProcessHandle.of(process)
                    .ifPresent(each -> each.onExit().orTimeout(1, TimeUnit.MINUTES).join());
        }
    }

    /// The processes that hold a login open for others.
    private static List<Long> logins(Path folder) throws IOException {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String line = lineOf(process);
                if (line.startsWith("/usr/bin/ssh")
                        && line.contains(folder + "/")
                        && line.contains("ControlMaster=yes")) {
                    found.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        }
        return found;
    }

    private static String lineOf(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            // It has ended meanwhile.
            return "";
        }
    }
}
