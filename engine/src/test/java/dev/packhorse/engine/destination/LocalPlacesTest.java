package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two places of archives that are one, or one in the other.
class LocalPlacesTest {
    @TempDir Path root;
    private DestinationStore store;
    private LocalPlaces places;
    private String backups = "/backup";

    @BeforeEach
    void server() {
        store =
                new DestinationStore(
                        root.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        places =
                new LocalPlaces(
                        new LocalPathRules(root, List::of, LocalMounts.none()),
                        store,
                        () -> backups);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/backup", "/backup/two", "/backup/2026-11-24"})
    void aFolderInTheBackupDirectoryIsRefused(String path) {
        assertThatThrownBy(() -> places.check(Optional.empty(), path))
                .hasMessageContaining("and the backup directory /backup overlap");
    }

    @Test
    void aFolderAroundTheBackupDirectoryIsRefused() {
        backups = "/data/archives/backup";
        assertThatThrownBy(() -> places.check(Optional.empty(), "/data/archives"))
                .hasMessageContaining("overlap");
    }

    @Test
    void anotherFolderIsTaken() throws IOException {
        places.check(Optional.empty(), "/backup2");
        store.add(DestinationStoreTest.local("disk", "/backup2"));
        places.check(Optional.empty(), "/backup3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/disk/a", "/disk/a/b", "/disk"})
    void theFolderOfAnotherDestinationIsRefused(String path) throws IOException {
        Destination disk = DestinationStoreTest.local("disk", "/disk/a");
        store.add(disk);
        assertThatThrownBy(() -> places.check(Optional.empty(), path))
                .hasMessageContaining("the folder of destination disk, /disk/a, overlap");
        places.check(Optional.of(disk), "/disk/a");
        assertThatThrownBy(() -> store.add(DestinationStoreTest.local("other", path)))
                .isInstanceOf(PlaceTakenException.class)
                .hasMessage(
                        "its folder and that of destination disk overlap: give each a folder of its own");
        assertThatThrownBy(() -> places.checkBackupDirectory(path))
                .hasMessageContaining("destination disk");
    }

    @Test
    void aDestinationMayChangeWhereItIsButNotMoveToAnother() throws IOException {
        Destination one = DestinationStoreTest.local("one", "/disk/one");
        Destination two = DestinationStoreTest.local("two", "/disk/two");
        store.add(one);
        store.add(two);
        assertThat(store.change(two.id(), now -> now.disabledBecause("it is full"))).isTrue();
        Destination moved =
                new Destination(
                        two.id(),
                        two.type(),
                        two.name(),
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/disk/one", false, false));
        assertThatThrownBy(() -> store.change(moved.id(), _ -> moved))
                .isInstanceOf(PlaceTakenException.class);
        assertThat(store.find(two.id()).orElseThrow().settings())
                .isEqualTo(new DestinationSettings.Local("/disk/two", true, false));
    }

    @ParameterizedTest
    @CsvSource({
        "SFTP, SFTP, host=a user=u path=/x, host=A user=u path=/x/, true",
        "SFTP, RSYNC, host=a user=u path=/x, host=a port=22 user=u path=/x/y, true",
        "SFTP, SFTP, host=a user=u path=x, host=a user=u path=/x, false",
        "SFTP, SFTP, host=a user=u path=/x, host=a user=u path=/xy, false",
        "SFTP, SFTP, host=a user=u path=/x, host=a user=v path=/x, false",
        "SFTP, SFTP, host=a user=u path=/x, host=a port=2222 user=u path=/x, false",
        "S3_COMPATIBLE, S3_COMPATIBLE, host=s bucket=b, host=s bucket=b folder=one, true",
        "S3_COMPATIBLE, S3_COMPATIBLE, host=s bucket=b folder=two, host=s bucket=b folder=one, false",
        "S3_COMPATIBLE, S3_COMPATIBLE, host=s bucket=b, host=s bucket=c, false"
    })
    void placesOfOtherServersAreCompared(
            DestinationType first, DestinationType second, String one, String other, boolean same) {
        assertThat(place(first, one).overlaps(place(second, other))).isEqualTo(same);
        assertThat(place(second, other).overlaps(place(first, one))).isEqualTo(same);
    }

    private static DestinationPlace place(DestinationType type, String settings) {
        TreeMap<String, String> values = new TreeMap<>();
        for (String each : settings.split(" ", -1)) {
            String[] pair = each.split("=", 2);
            values.put(pair[0].equals("user") ? "username" : pair[0], pair[1]);
        }
        return DestinationPlace.of(
                new Destination(
                        dev.packhorse.engine.model.DestinationId.random(),
                        type,
                        "x",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Remote(values, new TreeMap<>())));
    }

    /// As it may stand after an upgrade, or after a link was laid: told at the start, read as
    /// before, and left unchanged.
    @Test
    void whatOverlapsAllTheSameIsToldAndNotChanged() throws IOException {
        Destination disk = DestinationStoreTest.local("disk", "/elsewhere");
        store.add(disk);
        assertThat(places.conflicts()).isEmpty();
        backups = "/elsewhere/backup";
        assertThat(places.conflicts())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.destination()).isEqualTo(disk);
                    assertThat(each.reason()).contains("the backup directory /elsewhere/backup");
                });
        Path folder = Files.createDirectory(root.resolve("elsewhere"));
        GuardedOpener opener =
                new GuardedOpener(
                        _ -> new LocalTransport(folder),
                        new ServerIdentity("a".repeat(32), "host"),
                        places,
                        new MarkedPlaces(folder.resolveSibling("marked")));
        ObjectKey key = new ObjectKey("x");
        try (Transport transport = opener.open(disk)) {
            assertThat(transport.stat(key)).isEmpty();
            assertThatThrownBy(() ->
                            transport.put(
                                    key,
                                    SampleContent.of("x"),
                                    PutMode.CREATE,
                                    Cancellation.never()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("overlap");
            assertThatThrownBy(() -> transport.delete(key)).hasMessageContaining("overlap");
        }
        assertThat(folder).isEmptyDirectory();
    }
}
