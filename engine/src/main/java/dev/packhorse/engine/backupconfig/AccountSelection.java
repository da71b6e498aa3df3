package dev.packhorse.engine.backupconfig;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which accounts a scheduled run takes in.
///
/// @param config the configuration in force
/// @param skipped names that the administrator excluded
public record AccountSelection(BackupConfig config, Set<String> skipped) {
    /// Where the host lists users to skip, a name a line.
    public static final String SKIP_LIST = "/etc/cpbackup-userskip.conf";

    private static final int MAX_BYTES = 1 << 20;

    public AccountSelection {
        skipped = Set.copyOf(skipped);
    }

    /// Reads the list of users to skip.
    ///
    /// @param skipList the file at [#SKIP_LIST] on this system, which need not exist; blank lines
    ///   and lines with `#` in front are comments
    /// @throws IOException if the list cannot be read
    public static AccountSelection read(BackupConfig config, Path skipList) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(skipList)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException _) {
            return new AccountSelection(config, Set.of());
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(skipList + " is larger than 1 MiB, which no list of users is");
        }
        Set<String> names =
                new String(bytes, StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .collect(Collectors.toSet());
        return new AccountSelection(config, names);
    }

    /// Why an account is left out, in words; empty if it is taken in.
    ///
    /// @param suspended whether it is suspended
    /// @param settings the pairs of its account file; `BACKUP=0` leaves it out, and an account
    ///   without that pair is taken in
    public Optional<String> leavesOut(
            AccountName account, boolean suspended, Map<String, String> settings) {
        if (!config.isOn(ConfigKey.BACKUPACCTS)) {
            return Optional.of("backups of accounts are switched off (backupaccts)");
        }
        if (suspended && !config.isOn(ConfigKey.BACKUPSUSPENDEDACCTS)) {
            return Optional.of("the account is suspended (backupsuspendedaccts)");
        }
        if (settings.getOrDefault("BACKUP", "1").equals("0")) {
            return Optional.of("backups are switched off for the account (BACKUP=0)");
        }
        if (skipped.contains(account.value())) {
            return Optional.of("the account is listed in " + SKIP_LIST);
        }
        return Optional.empty();
    }
}
