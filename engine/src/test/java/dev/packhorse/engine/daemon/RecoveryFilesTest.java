package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.recovery.KitException;
import dev.packhorse.engine.recovery.RecoveryKit;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryFilesTest {
    private static final Pin PIN =
            new Pin(
                    new AccountName("alice"),
                    LocalDate.parse("2026-11-20"),
                    Optional.empty(),
                    Optional.empty());

    @TempDir Path folder;

    private RecoveryFiles machine(String name) throws Exception {
        Files.createDirectories(folder.resolve(name).resolve("root"));
        return new RecoveryFiles(
                SettingsLoader.load(
                        Optional.empty(),
                        List.of(
                                "state=" + state(name),
                                "host.root=" + folder.resolve(name).resolve("root"))),
                Optional.empty());
    }

    private Path state(String name) {
        return folder.resolve(name).resolve("state");
    }

    @Test
    void pinsAndWhatPruningRemembersComeBack() throws Exception {
        RecoveryFiles old = machine("old");
        old.gather();
        new PinStore(state("old").resolve("pins.yaml")).add(PIN);
        Files.writeString(state("old").resolve("retention.yaml"), "---\nsuspended: look\n");
        RecoveryKit kit = old.gather();

        RecoveryFiles fresh = machine("new");
        fresh.putBack(kit, false);
        assertThat(new PinStore(state("new").resolve("pins.yaml")).all()).containsExactly(PIN);
        assertThat(state("new").resolve("retention.yaml")).hasContent("---\nsuspended: look\n");

        Files.writeString(state("new").resolve("retention.yaml"), "---\nsuspended: newer\n");
        fresh.putBack(kit, false);
        assertThat(state("new").resolve("retention.yaml"))
                .as("that of this machine is newer")
                .hasContent("---\nsuspended: newer\n");
        Files.delete(state("new").resolve("pins.yaml"));
        new PinStore(state("new").resolve("pins.yaml"))
                .add(
                        new Pin(
                                new AccountName("bob"),
                                PIN.slot(),
                                Optional.empty(),
                                Optional.empty()));
        assertThatThrownBy(() -> fresh.putBack(kit, false))
                .isInstanceOf(KitException.class)
                .hasMessageContaining("pins.yaml");
    }

    private static void write(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aKitIsNotReadToOtherPlacesThanItsConfigurationNames() throws Exception {
        Path root = Files.createDirectories(folder.resolve("old/root"));
        Path config = folder.resolve("old/packhorse.yaml");
        write(config, "host:\n  name: a\n\n  root: %s\nstate: %s\n".formatted(root, state("old")));
        RecoveryKit kit =
                new RecoveryFiles(
                                SettingsLoader.load(Optional.of(config), List.of()),
                                Optional.of(config))
                        .gather();

        RecoveryFiles fresh = machine("new");
        assertThatThrownBy(() -> fresh.putBack(kit, false))
                .isInstanceOf(KitException.class)
                .hasMessageContaining("--set state=" + state("old"));
        assertThat(state("new")).doesNotExist();
        RecoveryFiles half =
                new RecoveryFiles(
                        SettingsLoader.load(Optional.empty(), List.of("state=" + state("old"))),
                        Optional.empty());
        assertThatThrownBy(() -> half.putBack(kit, false))
                .hasMessageContaining("--set host.root=" + root);
    }

    /// The daemon will take the default where its own configuration names no place.
    @Test
    void aPlaceThatTheConfigurationLeavesOutIsTheDefault() throws Exception {
        Path config = folder.resolve("old/packhorse.yaml");
        Path root = Files.createDirectories(folder.resolve("root"));
        write(config, "host:\n  root: " + root + "\n");
        RecoveryKit kit =
                new RecoveryFiles(
                                SettingsLoader.load(
                                        Optional.of(config), List.of("state=" + state("old"))),
                                Optional.of(config))
                        .gather();
        Path other = folder.resolve("new/other.yaml");
        write(other, "host:\n  root: %s\nstate: %s\n".formatted(root, state("new")));
        RecoveryFiles elsewhere =
                new RecoveryFiles(
                        SettingsLoader.load(Optional.of(other), List.of()), Optional.of(other));
        assertThatThrownBy(() -> elsewhere.putBack(kit, false))
                .isInstanceOf(KitException.class)
                .hasMessageContaining("state=/var/lib/packhorse");
        assertThat(state("new")).doesNotExist();

        new RecoveryFiles(
                        SettingsLoader.load(Optional.of(other), List.of("state=" + state("new"))),
                        Optional.of(other))
                .putBack(kit, false);
        assertThat(state("new").resolve("destinations.key")).exists();
    }

    @Test
    void aScriptThatComesBackCanRun() throws Exception {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path script = folder.resolve("script");
        write(script, "#!/bin/sh\n");
        write(
                root.resolve("var/cpanel/backups/a.backup_destination"),
                "---\nscript: " + script + "\n");
        RecoveryFiles files =
                new RecoveryFiles(
                        SettingsLoader.load(
                                Optional.empty(),
                                List.of("state=" + folder.resolve("state"), "host.root=" + root)),
                        Optional.empty());
        RecoveryKit kit = files.gather();
        Files.delete(script);
        files.putBack(kit, false);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
                .isEqualTo("rwx------");
        assertThat(Files.getPosixFilePermissions(folder.resolve("state/manifest.key"))).hasSize(2);
    }

    @Test
    void secretsWhoseKeyIsGoneAreNamed() throws Exception {
        Path backups = Files.createDirectories(folder.resolve("backups"));
        Path state = Files.createDirectories(folder.resolve("state"));
        write(backups.resolve("a.backup_destination"), "---\npassword: sealed-1-AAAA\n");
        write(backups.resolve("b.backup_destination"), "---\npassword: clear\n");
        assertThat(SealedSecrets.withoutKey(state, backups))
                .containsExactly(backups.resolve("a.backup_destination"));
        StateKey.DESTINATIONS.load(state);
        assertThat(SealedSecrets.withoutKey(state, backups)).isEmpty();
    }

    @Test
    void filesThatAreNamedAreInTheKitOrMissed() throws Exception {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path account = folder.resolve("google.json");
        write(account, "{}");
        Path password = folder.resolve("mysql.password");
        write(password, "secret");
        Path none = folder.resolve("none");
        write(
                root.resolve("var/cpanel/backups/a.backup_destination"),
                "---\nservice_account: %s\nscript: %s\n".formatted(account, none));
        RecoveryFiles files =
                new RecoveryFiles(
                        SettingsLoader.load(
                                Optional.empty(),
                                List.of(
                                        "state=" + folder.resolve("state"),
                                        "host.root=" + root,
                                        "mysql.password_file=" + password)),
                        Optional.empty());
        RecoveryKit kit = files.gather();
        assertThat(kit.files()).containsKeys("file:" + account, "file:" + password);
        assertThat(files.missing(kit)).containsExactly(none.toString());
    }
}
