package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.RecordLock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The users of a host, read from and written to `/etc/passwd`, `group`, `shadow` and, where it
/// exists, `gshadow` below the host root; name services are never asked. Read afresh on each call,
/// but for [#atOneMoment]. Safe for many threads and, for writing, many processes: writers hold the
/// lock of `/etc/.pwd.lock` that `useradd` and the like hold too. Each file is replaced whole and
/// keeps its mode, owner and every other line byte for byte.
///
/// Writing on the running system belongs to the system's own tools, so it is refused there unless
/// it was asked for by name.
public final class UserDatabase {
    private static final int FIRST_UID = 1_000;
    private static final int LAST_UID = 59_999;
    private static final FileRights PRIVATE = FileRights.ofRoot(0600);
    private static final FileRights PUBLIC = FileRights.ofRoot(0644);

    private final HostFiles files;
    private final UserDatabaseLock lock;
    private final InstantSource clock;
    private final boolean maySystem;

    /// What was read, by file and name, of a database that is read once; null for the usual one.
    private final @Nullable Map<String, Map<String, ColonFile.Line>> known;

    private UserDatabase(HostRoot root, InstantSource clock, boolean maySystem) {
        this(root, clock, maySystem, null);
    }

    private UserDatabase(
            HostRoot root,
            InstantSource clock,
            boolean maySystem,
            @Nullable Map<String, Map<String, ColonFile.Line>> known) {
        this.files = new HostFiles(root);
        this.lock = new UserDatabaseLock(root);
        this.clock = clock;
        this.maySystem = maySystem;
        this.known = known;
    }

    /// @param clock for the day of a password's change
    public UserDatabase(HostRoot root, InstantSource clock) {
        this(root, clock, false);
    }

    public UserDatabase(HostRoot root) {
        this(root, InstantSource.system());
    }

    /// One that also writes the running system's files, for systems without `useradd`.
    public static UserDatabase writingTheRunningSystem(HostRoot root, InstantSource clock) {
        return new UserDatabase(root, clock, true);
    }

    /// The same users as they are when each file is first asked for: for going through all of them,
    /// which would otherwise read everything once for each. To be used for one listing and dropped.
    UserDatabase atOneMoment() {
        return new UserDatabase(files.root(), clock, maySystem, new ConcurrentHashMap<>());
    }

    /// A user, empty if there is none of this name.
    ///
    /// @throws IOException if the file cannot be read, or the user's line is damaged; the message
    ///   names file and line
    public Optional<UserEntry> find(String name) throws IOException {
        Optional<ColonFile.Line> line = line(HostLayout.PASSWD, name);
        return line.isEmpty() ? Optional.empty() : Optional.of(entry(line.get()));
    }

    /// Every user whose line is whole, in the file's order; of a name that comes twice the first.
    public List<UserEntry> users() throws IOException {
        List<UserEntry> users = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ColonFile.Line line : read(HostLayout.PASSWD).entries().toList()) {
            try {
                UserEntry entry = entry(line);
                if (seen.add(entry.name())) {
                    users.add(entry);
                }
            } catch (HostFormatException _) {
                // Not a user that anybody can be; find() tells what is wrong with it.
            }
        }
        return List.copyOf(users);
    }

    /// The password hash of a user, empty if the user or the file does not exist. Passwords still
    /// in `/etc/passwd` are not looked for.
    public Optional<String> passwordHash(String user) throws IOException {
        return line(HostLayout.SHADOW, user).map(line -> line.field(1));
    }

    /// The day since 1970 of the last change of the password, empty if it is not known.
    public Optional<Long> passwordChangeDay(String user) throws IOException {
        return line(HostLayout.SHADOW, user)
                .map(line -> line.field(2))
                .filter(day -> day.matches("[1-9][0-9]{0,8}"))
                .map(Long::valueOf);
    }

    /// The day since 1970 from which on nobody is let in as the user, empty if there is none.
    public OptionalLong expiryDay(String user) throws IOException {
        return line(HostLayout.SHADOW, user)
                .map(line -> line.field(7))
                .filter(day -> day.matches("[0-9]{1,9}"))
                .stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /// Whether that day has come.
    public boolean isExpired(String user) throws IOException {
        OptionalLong day = expiryDay(user);
        return day.isPresent() && day.getAsLong() <= today();
    }

    /// The number of a group, empty if there is none of this name.
    public Optional<Integer> groupId(String group) throws IOException {
        Optional<ColonFile.Line> line = read(HostLayout.GROUP).find(group);
        return line.isEmpty()
                ? Optional.empty()
                : Optional.of(line.get().number(2, "group number"));
    }

    /// Whether neither a user nor a group of these files has a number; what name services know is
    /// not looked at.
    public boolean isFree(int number) throws IOException {
        return !taken(read(HostLayout.PASSWD), read(HostLayout.GROUP))
                .contains(Integer.toString(number));
    }

    /// Makes a user with a group of the same name and number. The user's own line is written last,
    /// so that a user that is seen is whole; what a killed run left of it is used again.
    ///
    /// @throws IOException if the user exists, no number is free, or a file cannot be written
    public UserEntry add(NewUser user) throws IOException {
        try (var _ = lockForWriting()) {
            String name = user.name().value();
            ColonFile passwd = read(HostLayout.PASSWD);
            ColonFile group = read(HostLayout.GROUP);
            if (passwd.find(name).isPresent()) {
                throw new IOException("user " + name + " exists already");
            }
            int uid = freeNumber(passwd, group.without(name), user.wantedUid().orElse(-1));
            String members = group.find(name).map(line -> line.field(3)).orElse("");
            write(group.with(name, name + ":x:" + uid + ":" + members), PUBLIC);
            if (files.stat(HostLayout.GSHADOW).isPresent()) {
                write(read(HostLayout.GSHADOW).with(name, name + ":!::" + members), PRIVATE);
            }
            String secret = name + ":" + user.passwordHash() + ":" + today() + ":0:99999:7:::";
            write(read(HostLayout.SHADOW).with(name, secret), PRIVATE);
            UserEntry entry =
                    new UserEntry(name, uid, uid, user.comment(), user.home(), user.shell());
            write(passwd.with(name, line(entry)), PUBLIC);
            return entry;
        }
    }

    /// Changes the login shell.
    ///
    /// @throws IOException if there is no such user, or the file cannot be written
    /// @throws IllegalArgumentException if the shell is no plain absolute path
    public void setShell(AccountName name, String shell) throws IOException {
        if (!NewUser.isPath(shell)) {
            throw new IllegalArgumentException(
                    "bad shell for user %s: “%s”".formatted(name, DomainName.printable(shell)));
        }
        try (var _ = lockForWriting()) {
            ColonFile passwd = read(HostLayout.PASSWD);
            List<String> fields = fields(passwd, name, 7);
            fields.set(6, shell);
            write(passwd.with(name.value(), String.join(":", fields)), PUBLIC);
        }
    }

    /// Changes the password; the ageing fields stay, but for the day of the change.
    ///
    /// @throws IOException if there is no such user, or the file cannot be written
    /// @throws IllegalArgumentException if the text is no hash
    public void setPasswordHash(AccountName name, String hash) throws IOException {
        if (!NewUser.isHash(hash)) {
            throw new IllegalArgumentException("not a password hash for user " + name);
        }
        try (var _ = lockForWriting()) {
            fields(read(HostLayout.PASSWD), name, 7);
            ColonFile shadow = read(HostLayout.SHADOW);
            List<String> fields =
                    shadow.find(name.value()).isPresent()
                            ? fields(shadow, name, 9)
                            : new ArrayList<>(
                                    List.of(name.value(), "", "", "0", "99999", "7", "", "", ""));
            fields.set(1, hash);
            fields.set(2, Long.toString(today()));
            write(shadow.with(name.value(), String.join(":", fields)), PRIVATE);
        }
    }

    /// Sets the day since 1970 from which on nobody is let in as the user, or, if empty, takes it
    /// away. All else stays.
    ///
    /// @throws IOException if there is no such user, or the file cannot be written
    public void setExpiryDay(AccountName name, OptionalLong day) throws IOException {
        try (var _ = lockForWriting()) {
            ColonFile shadow = read(HostLayout.SHADOW);
            List<String> fields = fields(shadow, name, 9);
            fields.set(7, day.isPresent() ? Long.toString(day.getAsLong()) : "");
            write(shadow.with(name.value(), String.join(":", fields)), PRIVATE);
        }
    }

    /// Removes a user and the group of the same name; its files stay. The user's own line goes
    /// first.
    ///
    /// @return whether there was such a user
    public boolean remove(AccountName name) throws IOException {
        try (var _ = lockForWriting()) {
            ColonFile passwd = read(HostLayout.PASSWD);
            boolean present = passwd.find(name.value()).isPresent();
            for (String path : List.of(HostLayout.PASSWD, HostLayout.SHADOW, HostLayout.GROUP)) {
                write(
                        read(path).without(name.value()),
                        path.equals(HostLayout.SHADOW) ? PRIVATE : PUBLIC);
            }
            if (files.stat(HostLayout.GSHADOW).isPresent()) {
                write(read(HostLayout.GSHADOW).without(name.value()), PRIVATE);
            }
            return present;
        }
    }

    private RecordLock lockForWriting() throws IOException {
        if (!files.root().isForeign() && !maySystem) {
            throw new IOException(
                    "the users of the running system are changed by its own tools only");
        }
        return lock.acquire();
    }

    private Optional<ColonFile.Line> line(String path, String name) throws IOException {
        if (known == null) {
            return read(path).find(name);
        }
        Map<String, ColonFile.Line> lines = known.get(path);
        if (lines == null) {
            lines = read(path).byName();
            known.put(path, lines);
        }
        return Optional.ofNullable(lines.get(name));
    }

    private ColonFile read(String path) throws IOException {
        byte[] content = files.readBytes(path, HostFiles.DEFAULT_LIMIT * 4).orElse(new byte[0]);
        return ColonFile.parse(path, content);
    }

    private void write(ColonFile file, FileRights whenNew) throws IOException {
        if (!file.equals(read(file.path()))) {
            files.replaceContent(file.path(), file.toBytes(), whenNew);
        }
    }

    private static List<String> fields(ColonFile file, AccountName name, int count)
            throws IOException {
        ColonFile.Line line =
                file.find(name.value())
                        .orElseThrow(
                                () -> new IOException("no user " + name + " in " + file.path()));
        if (line.fields().size() != count) {
            throw new HostFormatException(
                    file.path(), line.number(), "not " + count + " fields for user " + name);
        }
        return new ArrayList<>(line.fields());
    }

    private static UserEntry entry(ColonFile.Line line) throws HostFormatException {
        if (line.fields().size() != 7) {
            throw new HostFormatException(
                    line.path(), line.number(), "not 7 fields for user " + line.field(0));
        }
        return new UserEntry(
                line.field(0),
                line.number(2, "user number"),
                line.number(3, "group number"),
                line.field(4),
                line.field(5),
                line.field(6));
    }

    private static String line(UserEntry user) {
        return "%s:x:%d:%d:%s:%s:%s"
                .formatted(
                        user.name(),
                        user.uid(),
                        user.gid(),
                        user.comment(),
                        user.home(),
                        user.shell());
    }

    /// One number for user and group, so that neither gets files of somebody else.
    private static int freeNumber(ColonFile passwd, ColonFile group, int wanted)
            throws IOException {
        Set<String> taken = taken(passwd, group);
        return IntStream.concat(IntStream.of(wanted), IntStream.rangeClosed(FIRST_UID, LAST_UID))
                .filter(number -> number > 0 && !taken.contains(Integer.toString(number)))
                .findFirst()
                .orElseThrow(() ->
                        new IOException(
                                "no user number from %d to %d is free"
                                        .formatted(FIRST_UID, LAST_UID)));
    }

    private static Set<String> taken(ColonFile passwd, ColonFile group) {
        Set<String> taken = new HashSet<>();
        passwd.entries().forEach(line -> taken.addAll(List.of(line.field(2), line.field(3))));
        group.entries().forEach(line -> taken.add(line.field(2)));
        return taken;
    }

    private long today() {
        return clock.instant().getEpochSecond() / 86_400;
    }
}
