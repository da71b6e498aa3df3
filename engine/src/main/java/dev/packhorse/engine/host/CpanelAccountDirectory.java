package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/// The source `cpanel`: an account is a file in `/var/cpanel/users` whose name is an account name
/// and a user of the host. Safe for many threads.
public final class CpanelAccountDirectory implements AccountDirectory {
    private final HostFiles files;
    private final UserDatabase users;
    private final CpanelDomains domains;

    public CpanelAccountDirectory(HostRoot root) {
        this(root, new UserDatabase(root));
    }

    private CpanelAccountDirectory(HostRoot root, UserDatabase users) {
        this.files = new HostFiles(root);
        this.users = users;
        this.domains = new CpanelDomains(files);
    }

    @Override
    public String source() {
        return "cpanel";
    }

    @Override
    public AccountDirectory atOneMoment() {
        return new CpanelAccountDirectory(files.root(), users.atOneMoment());
    }

    @Override
    public AccountDirectory at(HostRoot root) {
        return new CpanelAccountDirectory(root);
    }

    @Override
    public List<AccountName> names() throws IOException {
        Set<String> known = users.users().stream().map(UserEntry::name).collect(Collectors.toSet());
        return files.list(HostLayout.USERS_FOLDER).stream()
                .map(Object::toString)
                .filter(name -> AccountName.isValid(name) && known.contains(name))
                .map(AccountName::new)
                .sorted()
                .toList();
    }

    @Override
    public Optional<Account> find(AccountName name) throws IOException {
        String path = HostLayout.users(name);
        Optional<byte[]> content = files.readBytes(path, HostFiles.DEFAULT_LIMIT);
        Optional<UserEntry> user = content.isEmpty() ? Optional.empty() : users.find(name.value());
        if (content.isEmpty() || user.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, String> settings = AccountFile.parse(path, content.get());
        String home = user.get().home();
        if (!DocumentRoot.isValid(home)) {
            throw new IOException(
                    HostLayout.PASSWD
                            + ": the home of "
                            + name
                            + " is no absolute folder: “"
                            + DomainName.printable(home)
                            + "”");
        }
        return Optional.of(
                new Account(
                        name,
                        user.get().uid(),
                        user.get().gid(),
                        home,
                        user.get().shell(),
                        domains.of(name, home, settings),
                        isSuspended(name, settings),
                        settings));
    }

    private boolean isSuspended(AccountName name, SortedMap<String, String> settings)
            throws IOException {
        return "1".equals(settings.get("SUSPENDED"))
                || files.stat(HostLayout.suspended(name)).isPresent();
    }
}
