package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The source `unix`: an account is a user in the range of numbers, with a real home (no link on
/// the way) below one of the home roots, and with a login shell or a file in
/// `/etc/packhorse/accounts`: accounts that are being restored, are suspended or have mail alone
/// have none. One whose removal has begun is an account to its end, although its home is aside and
/// its shell closed by then. Its domain comes from the map, else it is `USER.HOSTNAME`. Account
/// files do not exist, so their settings are made from what is known. Safe for many threads.
public final class UnixAccountDirectory implements AccountDirectory {
    private static final List<String> LIMITS =
            List.of("MAXADDON", "MAXFTP", "MAXLST", "MAXPARK", "MAXPOP", "MAXSQL", "MAXSUB");

    /// Where the removal of an account keeps a file of the account's name until its end.
    public static final String REMOVING = "/var/lib/packhorse/removing/";

    private final HostFiles files;
    private final UserDatabase users;
    private final UnixAccountSettings settings;
    private final String hostname;

    /// @param hostname the server's name, lower case
    public UnixAccountDirectory(HostRoot root, UnixAccountSettings settings, String hostname) {
        this(root, new UserDatabase(root), settings, hostname);
    }

    private UnixAccountDirectory(
            HostRoot root, UserDatabase users, UnixAccountSettings settings, String hostname) {
        this.files = new HostFiles(root);
        this.users = users;
        this.settings = settings;
        this.hostname = hostname;
    }

    @Override
    public String source() {
        return "unix";
    }

    @Override
    public AccountDirectory atOneMoment() {
        return new UnixAccountDirectory(files.root(), users.atOneMoment(), settings, hostname);
    }

    @Override
    public AccountDirectory at(HostRoot root) {
        return new UnixAccountDirectory(root, settings, hostname);
    }

    @Override
    public List<AccountName> names() throws IOException {
        List<AccountName> names = new ArrayList<>();
        for (UserEntry user : users.users()) {
            if (isAccount(user)) {
                names.add(new AccountName(user.name()));
            }
        }
        return names.stream().sorted().toList();
    }

    @Override
    public Optional<Account> find(AccountName name) throws IOException {
        Optional<UserEntry> found = users.find(name.value());
        if (found.isEmpty() || !isAccount(found.get())) {
            return Optional.empty();
        }
        UserEntry user = found.get();
        DomainName domain = domain(name);
        boolean suspended = isLocked(name);
        return Optional.of(
                new Account(
                        name,
                        user.uid(),
                        user.gid(),
                        user.home(),
                        user.shell(),
                        DomainSet.of(domain.value(), user.home() + "/public_html"),
                        suspended,
                        accountFile(user, domain, suspended)));
    }

    private boolean isAccount(UserEntry user) throws IOException {
        return AccountName.isValid(user.name())
                && user.uid() >= settings.firstUid()
                && user.uid() <= settings.lastUid()
                && DocumentRoot.isValid(user.home())
                && (isWhole(user) || isBeingRemoved(user));
    }

    private boolean isWhole(UserEntry user) throws IOException {
        return (hasLoginShell(user) || BackupSwitches.knows(files, new AccountName(user.name())))
                && hasHome(user.home());
    }

    /// Were it none any more, nobody could ask for the rest of the removal, nor restore it.
    private boolean isBeingRemoved(UserEntry user) throws IOException {
        return settings.homeRoots().stream().anyMatch(root -> user.home().startsWith(root + "/"))
                && files.stat(REMOVING + user.name()).isPresent();
    }

    private boolean hasLoginShell(UserEntry user) {
        return !settings.systemShells().contains(user.shell());
    }

    /// Looked for without following links, since folders between root's and the home may be
    /// somebody's.
    private boolean hasHome(String home) throws IOException {
        for (String root : settings.homeRoots()) {
            if (home.startsWith(root + "/")) {
                return isFolderBelow(root, home.substring(root.length() + 1));
            }
        }
        return false;
    }

    private boolean isFolderBelow(String root, String relative) throws IOException {
        int slash = relative.lastIndexOf('/');
        ByteName name = ByteName.of(relative.substring(slash + 1));
        try (Directory top = files.at(root + "/" + relative).open(root);
                Directory parent =
                        slash < 0
                                ? top.duplicate()
                                : top.openBeneath(BytePath.of(relative.substring(0, slash)))) {
            return parent.find(name).filter(stat -> stat.type() == FileType.DIRECTORY).isPresent();
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return false;
            }
            throw new IOException("cannot look at the home " + root + "/" + relative, e);
        }
    }

    private DomainName domain(AccountName name) throws IOException {
        Optional<DomainName> mapped = mappedDomain(name);
        if (mapped.isPresent()) {
            return mapped.get();
        }
        String made = name + "." + hostname;
        if (!DomainName.isValid(made)) {
            throw new IOException(
                    "no domain for account %s: “%s” is none; name one in the domain map"
                            .formatted(name, DomainName.printable(made)));
        }
        return new DomainName(made);
    }

    private Optional<DomainName> mappedDomain(AccountName name) throws IOException {
        if (settings.domainMap().isEmpty()) {
            return Optional.empty();
        }
        String file = settings.domainMap().get().toString();
        HostFiles system = new HostFiles(new HostRoot(Path.of("/")));
        Optional<String> text = system.readText(file);
        if (text.isEmpty()) {
            throw new IOException("the domain map " + file + " does not exist");
        }
        for (Map.Entry<String, YamlNode> each :
                YamlReader.read(file, text.get()).values().entrySet()) {
            if (each.getKey().equals(name.value())) {
                return Optional.of(domainOf(file, each.getValue()));
            }
        }
        return Optional.empty();
    }

    private static DomainName domainOf(String file, YamlNode node) throws HostFormatException {
        if (!(node instanceof YamlNode.Scalar(String text, _)) || !DomainName.isValid(text)) {
            throw new HostFormatException(
                    file, node.line(), "not a domain; write USER: domain, one a line");
        }
        return new DomainName(text);
    }

    /// A hash behind `!`, as `usermod -L` leaves it. A mark without a hash is a user that logs in
    /// by key.
    private boolean isLocked(AccountName name) throws IOException {
        return users.passwordHash(name.value())
                .filter(hash -> hash.startsWith("!") && hash.contains("$"))
                .isPresent();
    }

    /// The start date is the oldest one that the system keeps, the last change of the password.
    private SortedMap<String, String> accountFile(
            UserEntry user, DomainName domain, boolean suspended) throws IOException {
        SortedMap<String, String> made = new TreeMap<>();
        made.put("BACKUP", "1");
        made.put("BWLIMIT", "unlimited");
        made.put("CONTACTEMAIL", "");
        made.put("DEMO", "0");
        made.put("DNS", domain.value());
        made.put("FEATURELIST", "default");
        made.put("HASCGI", "0");
        made.put("HASSHELL", hasLoginShell(user) ? "1" : "0");
        made.put("IP", settings.address());
        made.put("LOCALE", "en");
        LIMITS.forEach(key -> made.put(key, "unlimited"));
        made.put("MXCHECK-" + domain, "0");
        made.put("OWNER", "root");
        made.put("PLAN", "default");
        made.put("RS", "jupiter");
        Optional<Long> day = users.passwordChangeDay(user.name());
        made.put("STARTDATE", Long.toString(day.orElse(0L) * 86_400));
        made.put("USER", user.name());
        if (suspended) {
            made.put("SUSPENDED", "1");
        }
        made.putAll(BackupSwitches.ofPlainUser(files, new AccountName(user.name())));
        return made;
    }
}
