package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.backupconfig.LegacyConfig;
import dev.packhorse.engine.destination.LocalPlaces;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The way from cPanel's former backup system.
///
/// Source: functions.json; its text for `no_convert` contradicts the name and the title, so the
/// name is followed.
final class LegacyMigrationFunctions {
    private static final int MAX_BYTES = 1 << 20;

    private final HostRoot root;
    private final BackupConfigFile config;
    private final LocalPlaces places;
    private final InstantSource clock;

    LegacyMigrationFunctions(
            HostRoot root, BackupConfigFile config, LocalPlaces places, InstantSource clock) {
        this.root = root;
        this.config = config;
        this.places = places;
        this.clock = clock;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "convert_and_migrate_from_legacy_config",
                                Permission.ROOT,
                                "Takes the settings of the former backup system over and puts its"
                                        + " file aside",
                                flag(
                                        "no_convert",
                                        false,
                                        "Only put the file aside, without taking its settings"
                                                + " over")),
                        this::migrate));
    }

    /// The settings are in force before the file is put aside, so that a call that was cut off can
    /// be made again.
    private Answer migrate(Caller caller, Arguments arguments) throws WhmException {
        try {
            Path file = new TrustedPath(root.folder()).regularFile(LegacyConfig.HOST_PATH);
            List<String> warnings =
                    arguments.flag("no_convert") ? List.of() : convert(LegacyConfig.parse(read()));
            String name = putAside(file);
            return new Answer(
                    Optional.empty(),
                    "Legacy Backup configuration was renamed from "
                            + LegacyConfig.HOST_PATH
                            + " to "
                            + name
                            + " as a backup copy for your records.",
                    warnings);
        } catch (NoSuchFileException _) {
            throw WhmException.refused(
                    "There is no Legacy Backup configuration at " + LegacyConfig.HOST_PATH + ".");
        } catch (IOException e) {
            throw Text.failed("The Legacy Backup configuration cannot be migrated", e);
        }
    }

    private String read() throws IOException {
        byte[] content =
                new HostFiles(root)
                        .readBytes(LegacyConfig.HOST_PATH, MAX_BYTES)
                        .orElseThrow(() -> new NoSuchFileException(LegacyConfig.HOST_PATH));
        return new String(content, StandardCharsets.UTF_8);
    }

    private List<String> convert(LegacyConfig legacy) throws IOException {
        Map<ConfigKey, String> values = new EnumMap<>(ConfigKey.class);
        values.putAll(legacy.values());
        List<String> warnings = new ArrayList<>(legacy.leftOut());
        Optional<String> folder = Optional.ofNullable(values.get(ConfigKey.BACKUPDIR));
        if (folder.isPresent()) {
            try {
                places.checkBackupDirectory(folder.get());
            } catch (UntrustedPathException e) {
                values.remove(ConfigKey.BACKUPDIR);
                warnings.add("BACKUPDIR is not taken over: " + e.getMessage());
            }
        }
        config.update(values);
        return warnings;
    }

    private String putAside(Path file) throws IOException {
        long second = clock.instant().getEpochSecond();
        Path target = file.resolveSibling("cpbackup.conf-" + second);
        // A link is made only if nothing has the name; a move would replace what has it.
        Files.createLink(target, file);
        Files.delete(file);
        return LegacyConfig.HOST_PATH + "-" + second;
    }
}
