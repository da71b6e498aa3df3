package dev.packhorse.cli;

import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--config` and `--set`.
final class ConfigOptions {
    private static final Path USUAL = Path.of("/etc/packhorse/packhorse.yaml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Configuration file (default: /etc/packhorse/packhorse.yaml where it exists).")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Override one setting; may be repeated.")
    private List<String> overrides = new ArrayList<>();

    Settings load() throws ConfigException {
        return load(List.of());
    }

    /// @param more overrides that win over those of `--set`
    Settings load(List<String> more) throws ConfigException {
        List<String> all = new ArrayList<>(overrides);
        all.addAll(more);
        return SettingsLoader.load(path(), all);
    }

    /// The configuration file, empty if there is none.
    Optional<Path> path() {
        Optional<Path> usual = Files.exists(USUAL) ? Optional.of(USUAL) : Optional.empty();
        return Optional.ofNullable(file).or(() -> usual);
    }
}
