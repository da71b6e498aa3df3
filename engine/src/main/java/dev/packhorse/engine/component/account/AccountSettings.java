package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Writes the account file of this server.
public final class AccountSettings {
    private static final int MODE = 0640;

    private AccountSettings() {}

    /// Makes the file hold these pairs.
    public static void write(HostFiles files, Account account, Map<String, String> settings)
            throws IOException {
        files.write(
                HostLayout.users(account.name()),
                AccountFile.render(settings).getBytes(StandardCharsets.UTF_8),
                new FileRights(MODE, 0, account.gid()));
    }

    /// Sets one pair and leaves the others as they are.
    public static void set(HostFiles files, Account account, String key, String value)
            throws IOException {
        SortedMap<String, String> settings = new TreeMap<>(account.settings());
        if (!value.equals(settings.put(key, value))) {
            write(files, account, settings);
        }
    }
}
