package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.AccountFileChange;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

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

    /// Puts pairs and takes keys away, in the file as it stands now: what others put there since
    /// the account was read stays, byte for byte.
    ///
    /// @throws IOException if there is no such file any more, or it cannot be read or written
    public static void change(
            HostFiles files, Account account, Map<String, String> put, Set<String> gone)
            throws IOException {
        String path = HostLayout.users(account.name());
        AccountFileChange.make(
                files,
                path,
                new FileRights(MODE, 0, account.gid()),
                before -> {
                    if (files.stat(path).isEmpty()) {
                        throw new IOException(path + " is not there any more");
                    }
                    byte[] after = before;
                    for (String key : gone) {
                        after = AccountFile.without(path, after, key);
                    }
                    for (Map.Entry<String, String> each : put.entrySet()) {
                        after = AccountFile.with(path, after, each.getKey(), each.getValue());
                    }
                    return after;
                });
    }

    /// Sets one pair, unless the account had it when it was read; see [#change].
    public static void set(HostFiles files, Account account, String key, String value)
            throws IOException {
        if (!value.equals(account.settings().get(key))) {
            change(files, account, Map.of(key, value), Set.of());
        }
    }
}
