package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationStoreTest {
    @TempDir Path folder;
    private DestinationStore store;

    @BeforeEach
    void store() {
        store = new DestinationStore(folder.resolve("backups"));
    }

    static Destination local(String name) {
        return new Destination(
                DestinationId.random(),
                DestinationType.LOCAL,
                name,
                false,
                "",
                true,
                false,
                60,
                new DestinationSettings.Local("/backup2", true, false));
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
        assertThat(store.replace(disabled)).isTrue();

        assertThat(store.contents().destinations()).containsExactly(disabled);
        try (var files = Files.list(folder.resolve("backups"))) {
            assertThat(files).hasSize(1);
        }
        assertThat(store.replace(local("never added"))).isFalse();
    }

    @Test
    void aNameIsTakenOnce() throws IOException {
        store.add(local("Disk"));
        assertThatThrownBy(() -> store.add(local("disk")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name is taken");
        assertThat(store.contents().destinations()).hasSize(1);
    }

    @Test
    void typesWithoutDriverAreKeptAndTheirSecretsAreNotShown() throws IOException {
        Path file =
                foreign("type: SFTP\nname: offsite\nhost: backup.example\npassword: hush-hush\n");
        Destination found = store.contents().destinations().getFirst();

        assertThat(found.type()).isEqualTo(DestinationType.SFTP);
        assertThat(found.toString()).contains("backup.example").doesNotContain("hush-hush");
        store.replace(found.disabledBecause("not reachable"));
        assertThat(file).content().contains("password: hush-hush", "host: backup.example");
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
        return Files.writeString(file, "---\n" + lines);
    }
}
