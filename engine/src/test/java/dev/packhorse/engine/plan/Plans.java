package dev.packhorse.engine.plan;

import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/// Plans as a configuration file gives them.
public final class Plans {
    private Plans() {}

    /// Reads a configuration and gives its plans.
    ///
    /// @param folder where the file may lie
    public static List<Plan> of(Path folder, String yaml) throws IOException, ConfigException {
        Path file = Files.createTempFile(folder, "plans", ".yaml");
        Files.writeString(file, yaml);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return SettingsLoader.load(Optional.of(file), List.of()).plans();
    }
}
