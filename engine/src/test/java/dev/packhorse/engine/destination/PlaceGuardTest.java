package dev.packhorse.engine.destination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers whose destinations are one folder, as of a file server that all of them mount.
class PlaceGuardTest {
    private static final ObjectKey ARCHIVE = new ObjectKey("2026-11-24/accounts/dave.tar.gz");

    @TempDir Path work;
    private Path shared;
    private Server first;
    private Server second;

    /// A server with a store of destinations of its own.
    private final class Server {
        final String name;
        final DestinationStore store;
        final Destination far;
        final GuardedOpener opener;

        Server(String name, String id) throws IOException {
            this.name = name;
            store =
                    new DestinationStore(
                            work.resolve(name + ".destinations"),
                            new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
            far = add("far of " + name, "/far");
            LocalPathRules rules =
                    new LocalPathRules(
                            Files.createDirectories(work.resolve(name)),
                            List::of,
                            LocalMounts.none());
            opener =
                    new GuardedOpener(
                            _ -> new LocalTransport(shared),
                            new ServerIdentity(id.repeat(32), name),
                            new LocalPlaces(rules, store, () -> "/backup"),
                            new MarkedPlaces(work.resolve(name + ".marked")));
        }

        Path noted() {
            return work.resolve(name + ".marked").resolve(far.id().value());
        }

        Destination add(String name, String path) throws IOException {
            Destination added = DestinationStoreTest.local(name, path);
            store.add(added);
            return added;
        }

        void put(Destination at, String text) throws IOException {
            try (Transport transport = opener.open(at)) {
                transport.put(
                        ARCHIVE, SampleContent.of(text), PutMode.REPLACE, Cancellation.never());
            }
        }

        void delete() throws IOException {
            try (Transport transport = opener.open(far)) {
                transport.delete(ARCHIVE);
            }
        }
    }

    @BeforeEach
    void servers() throws IOException {
        shared = Files.createDirectory(work.resolve("shared"));
        first = new Server("first.example", "a");
        second = new Server("second.example", "b");
    }

    private String stored() throws IOException {
        return Files.readString(shared.resolve(ARCHIVE.value()));
    }

    @Test
    void whoComesSecondIsRefusedByNameAndChangesNothing() throws IOException {
        first.put(first.far, "of the first");
        assertThatThrownBy(() -> second.put(second.far, "of the second"))
                .isInstanceOf(TransportException.class)
                .extracting(e -> ((TransportException) e).kind())
                .isEqualTo(TransportException.Kind.REFUSED);
        assertThatThrownBy(second::delete)
                .hasMessage(
                        "the folder of destination far of second.example holds the archives of"
                                + " another server, first.example, and nothing is changed there:"
                                + " give this server a folder of its own; if first.example is no"
                                + " more, delete packhorse-server.json there");
        assertThat(stored()).isEqualTo("of the first");
        first.put(first.far, "again");
        assertThat(stored()).isEqualTo("again");
        first.delete();
        assertThat(shared.resolve(ARCHIVE.value())).doesNotExist();
    }

    @Test
    void anybodyMayRead() throws IOException {
        first.put(first.far, "of the first");
        try (Transport transport = second.opener.open(second.far)) {
            String read =
                    transport.read(
                            ARCHIVE,
                            ByteRange.ALL,
                            in -> new String(in.readAllBytes(), UTF_8),
                            Cancellation.never());
            assertThat(read).isEqualTo("of the first");
            assertThat(transport.stat(ARCHIVE)).isPresent();
        }
    }

    @Test
    void whatOnlyTriesAPlaceLeavesNoMarkAndFindsTheOthers() throws Exception {
        new DestinationCheck(first.opener).run(first.far, false, Cancellation.never());
        assertThat(shared.resolve("packhorse-server.json")).doesNotExist();
        first.put(first.far, "x");
        assertThatThrownBy(() ->
                        new DestinationCheck(second.opener)
                                .run(second.far, false, Cancellation.never()))
                .hasMessageContaining("another server, first.example");
        new DestinationCheck(first.opener).run(first.far, false, Cancellation.never());
    }

    @Test
    void aPlaceWhoseServerIsNoMoreIsFreeWithoutTheMark() throws IOException {
        first.put(first.far, "of the first");
        Files.delete(shared.resolve("packhorse-server.json"));
        second.put(second.far, "of the second");
        assertThat(stored()).isEqualTo("of the second");
        assertThatThrownBy(() -> first.put(first.far, "x")).hasMessageContaining("second.example");
    }

    @Test
    void aServerOfAnotherNameWithTheSameKeysIsTheSame() throws IOException {
        first.put(first.far, "before");
        Server renamed = new Server("renamed.example", "a");
        renamed.put(renamed.far, "after");
        assertThat(stored()).isEqualTo("after");
    }

    @Test
    void twoDestinationsOfOneServerAreKeptApartToo() throws IOException {
        first.put(first.far, "by the one");
        Destination other = first.add("alias", "/mnt/alias");
        assertThatThrownBy(() -> first.put(other, "by the other"))
                .hasMessageContaining("alias is that of destination far of first.example, too");
        assertThat(stored()).isEqualTo("by the one");
        // Once the one is not configured any more the place is the other's.
        first.store.delete(first.far.id());
        first.put(other, "by the other");
        assertThat(stored()).isEqualTo("by the other");
    }

    @Test
    void aDamagedMarkStopsEverybody() throws IOException {
        first.put(first.far, "of the first");
        for (String damaged : List.of("", "{}", "{\"server\":\"../x\"}", "x".repeat(5000))) {
            Files.writeString(shared.resolve("packhorse-server.json"), damaged);
            assertThatThrownBy(() -> first.put(first.far, "x")).hasMessageContaining("is damaged");
        }
        assertThat(stored()).isEqualTo("of the first");
    }

    @Test
    void theEmptyFolderBelowADiskThatIsNotMountedIsNotWrittenTo() throws Exception {
        first.put(first.far, "on the disk");
        Path disk = Files.move(shared, work.resolve("disk"));
        Files.createDirectory(shared);
        assertThatThrownBy(() -> first.put(first.far, "below the disk"))
                .isInstanceOf(TransportException.class)
                .hasMessage(
                        "the folder of destination far of first.example has lost its mark"
                                + " packhorse-server.json, and nothing is changed there: is its disk"
                                + " mounted, is it the right one? If what was stored is gone, or the"
                                + " mark was deleted, and it is to begin anew, delete the file "
                                + first.noted()
                                + " on this server")
                .extracting(e -> ((TransportException) e).kind())
                .isEqualTo(TransportException.Kind.UNAVAILABLE);
        assertThatThrownBy(first::delete).hasMessageContaining("lost its mark");
        assertThatThrownBy(() ->
                        new DestinationCheck(first.opener)
                                .run(first.far, false, Cancellation.never()))
                .hasMessageContaining("lost its mark");
        assertThat(shared).isEmptyDirectory();
        Files.delete(shared);
        Files.move(disk, shared);
        first.put(first.far, "again");
        assertThat(stored()).isEqualTo("again");
    }

    @Test
    void aPlaceThatIsGoneBeginsAnewWhenItsFileIsDeleted() throws IOException {
        first.put(first.far, "before");
        Files.delete(shared.resolve("packhorse-server.json"));
        assertThatThrownBy(() -> first.put(first.far, "x")).hasMessageContaining("lost its mark");
        Files.delete(first.noted());
        first.put(first.far, "after");
        assertThat(stored()).isEqualTo("after");
        assertThat(first.noted()).exists();
    }

    /// Marked before this server took note of such, or by a machine whose keys it has.
    @Test
    void aMarkThatIsFoundIsRememberedToo() throws IOException {
        first.put(first.far, "before");
        Files.delete(first.noted());
        first.put(first.far, "after");
        assertThat(first.noted()).exists();
    }

    @Test
    void aDestinationThatIsGivenAnotherFolderIsMarkedThere() throws IOException {
        first.put(first.far, "there");
        Files.delete(shared.resolve("packhorse-server.json"));
        Destination moved =
                new Destination(
                        first.far.id(),
                        first.far.type(),
                        first.far.name(),
                        false,
                        "",
                        true,
                        false,
                        60,
                        new DestinationSettings.Local("/elsewhere", true, false));
        first.put(moved, "elsewhere");
        assertThat(stored()).isEqualTo("elsewhere");
    }

    @Test
    void ofManyThatComeAtOnceOneGetsThePlace() throws Exception {
        List<Server> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(new Server("server" + i + ".example", Integer.toString(i)));
        }
        CountDownLatch go = new CountDownLatch(1);
        List<String> refused = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Server each : all) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    go.await();
                                    each.put(each.far, each.far.name());
                                } catch (InterruptedException | IOException e) {
                                    refused.add(String.valueOf(e.getMessage()));
                                }
                            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refused)
                .hasSize(7)
                .allSatisfy(reason ->
                        assertThat(reason).contains("another server, " + stored().substring(7)));
    }
}
