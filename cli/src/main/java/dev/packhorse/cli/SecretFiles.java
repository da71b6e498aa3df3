package dev.packhorse.cli;

import dev.packhorse.cli.client.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// `--secret`: others can read the arguments of a process, so secrets come from files.
final class SecretFiles {
    private static final int MOST_BYTES = 64 * 1024;
    private static final List<String> NAMES =
            List.of("password", "passphrase", "application_key", "client_secret", "refresh_token");

    @Option(
            names = "--secret",
            paramLabel = "KEY=FILE",
            description = "A secret, read from a file: password=/root/offsite.password.")
    private Map<String, Path> files = Map.of();

    /// Adds the settings of a destination and the secrets to a call.
    ///
    /// @throws UserError if a secret is among the settings, or a file cannot be read
    void addTo(Parameters parameters, Map<String, String> settings) throws UserError {
        for (String key : settings.keySet()) {
            if (NAMES.contains(key)) {
                throw new UserError(
                        ExitCode.USAGE,
                        "others can read a %s on a command line: put it into a file and say --secret %s=FILE"
                                .formatted(key, key));
            }
        }
        settings.forEach(parameters::add);
        for (Map.Entry<String, Path> secret : files.entrySet()) {
            parameters.add(secret.getKey(), read(secret.getValue()));
        }
    }

    private static String read(Path file) throws UserError {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new UserError(ExitCode.USAGE, file + " is too large for a secret");
            }
            return Files.readString(file).replaceAll("\\R\\z", "");
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, "cannot read " + file + ": " + e.getMessage());
        }
    }
}
