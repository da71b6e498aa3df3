package dev.packhorse.engine.job;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A server root of its own for one drill: the users and groups of this server's system and its
/// resellers, none of its other accounts, no password, and no file of theirs; and the names of what
/// modules look for on a server. Restores into it change nothing else, since a root that is not `/`
/// is reached through files alone.
final class DrillRoot {
    private static final List<String> FOLDERS =
            List.of(
                    "/home",
                    "/tmp",
                    "/var/cpanel/users",
                    "/var/cpanel/userdata",
                    "/var/lib/packhorse");

    private DrillRoot() {}

    /// Makes it.
    ///
    /// @param folder an empty folder that only root can enter
    /// @param live the server as it is, of which lists of users and names are read
    /// @param account whose restore is tried
    /// @return services that know nothing but this root: no database server, too
    static HostServices make(Path folder, HostServices live, AccountName account)
            throws IOException {
        HostRoot root = new HostRoot(folder);
        for (String each : FOLDERS) {
            Files.createDirectories(root.resolve(each), BackupDirectory.FOLDER_MODE);
        }
        Set<String> accounts = new TreeSet<>();
        live.accounts().names().stream().map(AccountName::value).forEach(accounts::add);
        accounts.add(account.value());
        Set<String> owners = DrillSurroundings.owners(live.root(), account);
        owners.retainAll(accounts);
        accounts.removeAll(owners);
        List<String> users = withoutAccounts(live.root(), HostLayout.PASSWD, accounts);
        write(root, HostLayout.PASSWD, users);
        write(root, HostLayout.GROUP, withoutAccounts(live.root(), HostLayout.GROUP, accounts));
        write(root, HostLayout.SHADOW, locked(users));
        new DrillSurroundings(live.root(), root, account).make(owners);
        return new HostServices(
                root,
                live.accounts().at(root),
                live.hostname(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<String> withoutAccounts(HostRoot live, String path, Set<String> accounts)
            throws IOException {
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(live.resolve(path), StandardCharsets.ISO_8859_1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && !accounts.contains(line.substring(0, colon))) {
                kept.add(line);
            }
        }
        return kept;
    }

    private static List<String> locked(List<String> users) {
        return users.stream()
                .map(line -> line.substring(0, line.indexOf(':')) + ":*:19000:0:99999:7:::")
                .toList();
    }

    private static void write(HostRoot root, String path, List<String> lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent(), "lies below the root"));
        Files.createFile(file, BackupDirectory.FILE_MODE);
        Files.write(file, lines, StandardCharsets.ISO_8859_1);
    }
}
