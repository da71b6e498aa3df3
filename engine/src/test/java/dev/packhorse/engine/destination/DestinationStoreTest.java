package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationStoreTest {
    @TempDir Path folder;
    private DestinationStore store;

    @BeforeEach
    void store() {
        store = new DestinationStore(folder.resolve("backups"), seal(1));
    }

    static Destination local(String name) {
        return local(name, "/backup2");
    }

    static Destination local(String name, String path) {
        return new Destination(
                DestinationId.random(),
                DestinationType.LOCAL,
                name,
                false,
                "",
                true,
                false,
                60,
                new DestinationSettings.Local(path, true, false));
    }

    @Test
    void whatWasAddedIsFoundListedAndDeleted() throws IOException {
        Destination one = local("Second disk / no slash".replace("/", "-"));
        store.add(one);

        assertThat(store.find(one.id())).contains(one);
        assertThat(store.contents().destinations()).containsExactly(one);
        assertThat(store.delete(one.id())).isTrue();
        assertThat(store.delete(one.id())).isFalse();
        assertThat(store.contents().destinations()).isEmpty();
    }

    @Test
    void theFileHasTheNameAndModeThatServersUse() throws IOException {
        Destination one = local("second disk: it's a café");
        store.add(one);
        try (var files = Files.list(folder.resolve("backups"))) {
            Path file = files.findFirst().orElseThrow();
            assertThat(file.getFileName())
                    .hasToString(
                            "second_disk__it_s_a_caf__UID_" + one.id() + ".backup_destination");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(store.find(one.id())).contains(one);
    }

    @Test
    void renamingKeepsTheOneFile() throws IOException {
        Destination one = local("first");
        store.add(one);
        Destination disabled = one.disabledBecause("it is full");
        assertThat(store.change(disabled.id(), _ -> disabled)).isTrue();

        assertThat(store.contents().destinations()).containsExactly(disabled);
        try (var files = Files.list(folder.resolve("backups"))) {
            assertThat(files).hasSize(1);
        }
        assertThat(store.change(local("never added").id(), now -> now)).isFalse();
    }

    @Test
    void aNameIsTakenOnce() throws IOException {
        store.add(local("Disk"));
        assertThatThrownBy(() -> store.add(local("disk")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name is taken");
        assertThat(store.contents().destinations()).hasSize(1);
    }

    private static SecretSeal seal(int fill) {
        byte[] key = new byte[SecretSeal.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return new SecretSeal(key);
    }

    private static final String OFFSITE =
            """
            type: SFTP
            name: offsite
            host: backup.example
            username: bk
            authtype: password
            password: hush-hush
            of_a_later_version: kept
            """;

    @Test
    void aSecretInTheClearIsSealedWhenTheFileIsWrittenNext() throws IOException {
        Path file = foreign(OFFSITE);
        Destination found = store.contents().destinations().getFirst();

        assertThat(found.type()).isEqualTo(DestinationType.SFTP);
        assertThat(found.toString()).contains("backup.example").doesNotContain("hush-hush");
        store.change(found.id(), now -> now.disabledBecause("not reachable"));
        assertThat(file)
                .content()
                .contains("password: sealed-1-", "host: backup.example", "of_a_later_version: kept")
                .doesNotContain("hush-hush");
        Destination again = store.contents().destinations().getFirst();
        assertThat(again.settings()).isEqualTo(found.settings());
    }

    @Test
    void aSecretInTheClearInAFileThatOthersReadIsRefused() throws IOException {
        Path file = foreign(OFFSITE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        DestinationStore.Contents contents = store.contents();
        assertThat(contents.destinations()).isEmpty();
        assertThat(contents.problems())
                .singleElement()
                .asString()
                .contains(file.toString(), "password", "chmod 600")
                .doesNotContain("hush-hush");
    }

    @Test
    void aSealThatDoesNotOpenHidesOneDestinationOnly() throws IOException {
        Path file = foreign(OFFSITE);
        Destination sealed = store.contents().destinations().getFirst();
        store.change(sealed.id(), _ -> sealed);
        Destination disk = local("disk");
        store.add(disk);
        String good = Files.readString(file);

        char[] flipped = good.toCharArray();
        int at = good.indexOf("sealed-1-") + 30;
        flipped[at] = flipped[at] == 'A' ? 'B' : 'A';
        for (String damaged :
                List.of(
                        new String(flipped),
                        good.replaceAll("sealed-1-.*", "sealed-1-AAAA"),
                        good.replaceAll("sealed-1-.*", "sealed-1-%%%%"))) {
            Files.writeString(file, damaged);
            assertThat(store.contents().destinations()).containsExactly(disk);
            assertThat(store.contents().problems())
                    .singleElement()
                    .asString()
                    .contains("password cannot be unsealed");
        }
        Files.writeString(file, good);
        DestinationStore elsewhere = new DestinationStore(folder.resolve("backups"), seal(2));
        assertThat(elsewhere.contents().destinations()).containsExactly(disk);
        Path copied = file.resolveSibling("y_UID_" + "B".repeat(24) + ".backup_destination");
        Files.writeString(copied, good);
        assertThat(store.contents().destinations()).containsExactly(disk, sealed);
    }

    @Test
    void whatATypeNeedsIsAskedForByName() {
        for (String line :
                List.of("host: .*\n", "username: .*\n", "authtype: .*\n", "password: .*\n")) {
            Path file = Path.of("unset");
            try {
                file = foreign(OFFSITE.replaceAll(line, ""));
                assertThat(store.contents().problems())
                        .singleElement()
                        .asString()
                        .contains(line.substring(0, line.indexOf(':')) + " is missing");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(file.toString(), e);
            }
        }
    }

    /// Files of versions that wrote down neither what WebDAV takes without `ssl` nor a usual folder
    /// of GoogleDrive: a mark that was left at the place must be looked for at the same one.
    @Test
    void placesOfEarlierFilesStayWhereTheyAre() throws IOException {
        foreign(
                """
                type: WebDAV
                name: dav
                host: dav.example
                username: bk
                password: hush-hush
                path: archives
                """);
        Destination dav = store.contents().destinations().getFirst();
        assertThat(DestinationPlace.of(dav))
                .isEqualTo(new DestinationPlace("WebDAV dav.example  bk", "archives"));
        assertThat(((DestinationSettings.Remote) dav.settings()).values())
                .containsEntry("ssl", "1");

        for (String folder : List.of("/", "backups/of here", "packhorse")) {
            store.delete(store.contents().destinations().getFirst().id());
            foreign(
                    """
                    type: GoogleDrive
                    name: drive
                    service_account: /root/key.json
                    folder: '%s'
                    """
                            .formatted(folder));
            Destination drive = store.contents().destinations().getFirst();
            assertThat(DestinationPlace.of(drive))
                    .isEqualTo(
                            new DestinationPlace(
                                    "GoogleDrive  /root/key.json ",
                                    folder.replace("/", "").isEmpty() ? "" : folder));
        }
    }

    @Test
    void aDamagedFileIsToldAndHidesNoOther() throws IOException {
        Destination good = local("good");
        store.add(good);
        Path file = foreign("type: Carrier\nname: x\n");

        DestinationStore.Contents contents = store.contents();
        assertThat(contents.destinations()).containsExactly(good);
        assertThat(contents.problems())
                .singleElement()
                .asString()
                .contains(file.toString(), "type");
        assertThatThrownBy(() -> store.find(new DestinationId("A".repeat(24))))
                .isInstanceOf(IOException.class);
    }

    private Path foreign(String lines) throws IOException {
        Files.createDirectories(folder.resolve("backups"));
        Path file = folder.resolve("backups/x_UID_" + "A".repeat(24) + ".backup_destination");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "---\n" + lines);
    }
}
