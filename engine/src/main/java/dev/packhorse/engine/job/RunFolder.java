package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The mark `backup_incomplete` in a date's folder while its run is under way, where monitoring
/// scripts look for it.
final class RunFolder {
    private static final String MARK = "backup_incomplete";

    private RunFolder() {}

    static void begin(BackupDirectory directory, RunArguments arguments) throws IOException {
        for (Tier tier : arguments.tiers()) {
            directory.writeFile(
                    mark(directory, tier, arguments),
                    "under way\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    static void end(BackupDirectory directory, RunArguments arguments) throws IOException {
        for (Tier tier : arguments.tiers()) {
            Files.deleteIfExists(mark(directory, tier, arguments));
        }
    }

    private static Path mark(BackupDirectory directory, Tier tier, RunArguments arguments) {
        return directory.root().resolve(tier.folder() + arguments.date()).resolve(MARK);
    }
}
