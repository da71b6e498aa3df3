package dev.packhorse.transport.custom;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A script of root's and places behind it. Every folder above a script must be root's alone, so it
/// lies in root's home and not in the folder for temporary files; it goes with the JVM.
final class CustomPlace {
    static final String PASSWORD = "word with 'quotes' \"$HOME\" `id` \\";

    private static final AtomicInteger PLACES = new AtomicInteger();

    private final SortedMap<String, String> values = new TreeMap<>();
    private final SortedMap<String, Secret> secrets = new TreeMap<>();
    private final String host = "place" + PLACES.incrementAndGet();
    private WorkPlace work = WorkPlace.temporary();
    private Duration timeout = Duration.ofSeconds(60);

    private CustomPlace() {
        values.put("script", script().toString());
        values.put("host", host);
        values.put("username", "rider");
        values.put("path", "/backups");
        secrets.put("password", new Secret(PASSWORD));
    }

    static CustomPlace fresh() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        CustomPlace place = new CustomPlace();
        Files.createDirectories(home().resolve("store").resolve(place.host));
        return place;
    }

    static Path home() {
        return Home.FOLDER;
    }

    static Path script() {
        return home().resolve("custom-transport.sh");
    }

    private static final class Home {
        private static final Path FOLDER = make();

        private static Path make() {
            try (InputStream in = CustomPlace.class.getResourceAsStream("custom-transport.sh")) {
                Path folder = Files.createTempDirectory(Path.of("/root"), "packhorse-script");
                Path script = folder.resolve("custom-transport.sh");
                Files.copy(Objects.requireNonNull(in), script);
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.writeString(folder.resolve("password"), PASSWORD);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void remove(Path folder) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    CustomPlace with(String name, String value) {
        values.put(name, value);
        return this;
    }

    CustomPlace withPassword(String password) {
        secrets.put("password", new Secret(password));
        return this;
    }

    CustomPlace working(WorkPlace place) {
        work = place;
        return this;
    }

    CustomPlace within(Duration limit) {
        timeout = limit;
        return this;
    }

    /// Spoils the script, from now on.
    void spoil(String fault) throws IOException {
        Files.writeString(home().resolve(host + ".fault"), fault);
    }

    void expectRemoteFirst() throws IOException {
        Files.writeString(home().resolve(host + ".order"), "remote_first");
    }

    /// The processes that ran so far, and those they left.
    List<Long> pids(String kind) throws IOException {
        Path file = home().resolve(host + "." + kind);
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Long::parseLong).toList()
                : List.of();
    }

    Path folder() {
        return home().resolve("store").resolve(host).resolve("backups");
    }

    Transport open() throws TransportException {
        return new CustomTransportFactory()
                .open(new TransportSettings(values, secrets, timeout, work));
    }
}
