package dev.packhorse.engine.session;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.rootfile.DurableFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The sessions and their logs below one folder of root's: `KIND/ID/` with `session.json`,
/// `master.log`, `master.error_log` and a log for each item. Names from callers are looked up among
/// what is there, never joined into a path. Safe for many threads and processes.
public final class SessionStore {
    /// The log with all lines.
    public static final String MASTER_LOG = "master.log";

    /// The log with the lines that a person should look at.
    public static final String MASTER_ERROR_LOG = "master.error_log";

    private static final long MAX_LOG_BYTES = 64L << 20;
    private static final int PKGACCT_TAIL = 14;
    private static final int TRANSFER_TAIL = 4;
    private static final int TRIES = 20;
    private static final Pattern LOG_NAME =
            Pattern.compile("master\\.log|master\\.error_log|item-[A-Za-z0-9_-]{1,200}");

    private final Path folder;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Consumer<String> echo;
    private final Consumer<String> serializedEcho;

    /// The sessions kept in one folder.
    ///
    /// @param folder where the sessions lie; made with mode 0700 if it is not there
    /// @param zone the zone of the digits in ids and of the timestamps
    public SessionStore(Path folder, InstantSource clock, ZoneId zone) {
        this(folder, clock, zone, _ -> {}, _ -> {});
    }

    private SessionStore(
            Path folder,
            InstantSource clock,
            ZoneId zone,
            Consumer<String> echo,
            Consumer<String> serializedEcho) {
        this.folder = folder;
        this.clock = clock;
        this.zone = zone;
        this.echo = echo;
        this.serializedEcho = serializedEcho;
    }

    /// The same sessions; what is written to a log that is opened here is given to a listener too,
    /// as text with its line ends, on the writing thread.
    public SessionStore withEcho(Consumer<String> listener) {
        return new SessionStore(folder, clock, zone, listener, _ -> {});
    }

    /// The same sessions; the lines of a log that is opened here are given to a listener too, as
    /// the JSON that stands in the file, on the writing thread.
    public SessionStore withSerializedEcho(Consumer<String> listener) {
        return new SessionStore(folder, clock, zone, _ -> {}, listener);
    }

    /// A new session of packing an account; its id is the account's name, 14 digits of local time
    /// and a random tail.
    ///
    /// @throws IOException if its folder cannot be made
    public Session createPkgacct(String account) throws IOException {
        return create(SessionKind.PKGACCT, account, account, PKGACCT_TAIL);
    }

    /// A new session of a restore; its id is the prefix, 14 digits of local time and four random
    /// characters.
    ///
    /// @param prefix 1 to 40 letters, digits, `-` and `_`, as `userbackup`
    /// @throws IOException if its folder cannot be made
    public Session createTransfer(String prefix, String account) throws IOException {
        return create(SessionKind.TRANSFER, prefix, account, TRANSFER_TAIL);
    }

    /// Notes which job a session belongs to.
    ///
    /// @throws IOException if it cannot be written
    public void bind(Session session, JobId job) throws IOException {
        SessionFile.write(
                path(session.kind(), session.id()),
                new Session(session.id(), session.kind(), session.account(), Optional.of(job), ""));
    }

    /// Notes the worst state of those jobs of a session that were removed from the queue, in place
    /// of what was noted before. Does not wait for the disk.
    ///
    /// @throws IOException if it cannot be written
    public void noteEnd(Session session, String state) throws IOException {
        SessionFile.writeEnd(path(session.kind(), session.id()), state);
    }

    /// Removes a session and its logs; an absent one is success.
    ///
    /// @throws IOException if something of it stays
    public void remove(SessionKind kind, SessionId id) throws IOException {
        Path path = path(kind, id);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Files.deleteIfExists(entry);
            }
        } catch (NoSuchFileException _) {
            return;
        }
        Files.deleteIfExists(path);
    }

    /// Removes the sessions whose newest line is older than `before`.
    ///
    /// @param keep sessions that stay whatever their age, as those of open jobs
    /// @return how many were removed
    /// @throws IOException if one cannot be removed
    public int sweep(SessionKind kind, Instant before, Predicate<SessionId> keep)
            throws IOException {
        int removed = 0;
        for (SessionId id : ids(kind)) {
            if (!keep.test(id) && newestChange(path(kind, id)).isBefore(before)) {
                remove(kind, id);
                removed++;
            }
        }
        return removed;
    }

    /// A session, empty if there is none of this id.
    ///
    /// @throws IOException if its file is damaged
    public Optional<Session> find(SessionKind kind, SessionId id) throws IOException {
        try {
            return Optional.of(SessionFile.read(path(kind, id), id, kind));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// Opens the log of a packing session for appending; the caller closes it. A session whose
    /// folder is missing gets one.
    ///
    /// @throws IOException if it cannot be opened
    public FileSessionLog openPkgacctLog(SessionId id) throws IOException {
        return openLog(makeFolder(SessionKind.PKGACCT, id), MASTER_LOG);
    }

    /// Opens the logs of a transfer session for appending; the caller closes them. A session whose
    /// folder is missing gets one.
    ///
    /// @throws IOException if they cannot be opened
    public TransferSessionLog openTransferLog(SessionId id, TransferItem item) throws IOException {
        Path session = makeFolder(SessionKind.TRANSFER, id);
        FileSessionLog text = openLog(session, item.logFile());
        try {
            return new TransferSessionLog(
                    openWriter(session, MASTER_LOG),
                    text,
                    item,
                    !TransferSessions.hasTerms(session));
        } catch (IOException e) {
            text.close();
            throw e;
        }
    }

    /// The names of a session's logs, sorted; empty for an unknown session.
    ///
    /// @throws IOException if its folder cannot be read
    public List<String> logs(SessionKind kind, SessionId id) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(kind, id))) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (LOG_NAME.matcher(name).matches()
                        && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        }
        return names.stream().sorted().toList();
    }

    /// Whole lines of a log from a byte on, at most 1 MiB; empty if the session has no such log.
    ///
    /// @param offset where to begin; past the end gives an empty page
    /// @throws IOException if it cannot be read
    public Optional<LogPage> read(SessionKind kind, SessionId id, String log, long offset)
            throws IOException {
        Optional<Path> file = log(kind, id, log);
        return file.isEmpty() ? Optional.empty() : Optional.of(LogReader.from(file.get(), offset));
    }

    /// The last whole lines of a log, at most 1 MiB; empty if the session has no such log.
    ///
    /// @throws IOException if it cannot be read
    public Optional<LogPage> readEnd(SessionKind kind, SessionId id, String log)
            throws IOException {
        Optional<Path> file = log(kind, id, log);
        return file.isEmpty() ? Optional.empty() : Optional.of(LogReader.end(file.get()));
    }

    /// Opens a log for reading; the caller closes it. Empty if the session has no such log.
    ///
    /// @throws IOException if it cannot be opened
    public Optional<FileChannel> openForReading(SessionKind kind, SessionId id, String log)
            throws IOException {
        Optional<Path> file = log(kind, id, log);
        return file.isEmpty() ? Optional.empty() : Optional.of(LogReader.open(file.get()));
    }

    private Optional<Path> log(SessionKind kind, SessionId id, String wanted) throws IOException {
        for (String name : logs(kind, id)) {
            if (name.equals(wanted)) {
                return Optional.of(path(kind, id).resolve(name));
            }
        }
        return Optional.empty();
    }

    private Session create(SessionKind kind, String prefix, String account, int tail)
            throws IOException {
        for (int i = 0; i < TRIES; i++) {
            SessionId id = SessionId.random(prefix, clock.instant().atZone(zone), tail);
            Path path = path(kind, id);
            try {
                makeFolders(folder.resolve(kind.word()));
                Files.createDirectory(path, privately());
            } catch (FileAlreadyExistsException _) {
                continue;
            }
            Session session = new Session(id, kind, account, Optional.empty(), "");
            SessionFile.write(path, session);
            return session;
        }
        throw new IOException("no free session id below " + folder);
    }

    private FileSessionLog openLog(Path session, String name) throws IOException {
        LogWriter lines =
                LogWriter.open(session.resolve(name), clock, zone, MAX_LOG_BYTES, serializedEcho);
        try {
            return new FileSessionLog(lines, openWriter(session, MASTER_ERROR_LOG), echo);
        } catch (IOException e) {
            lines.close();
            throw e;
        }
    }

    LogWriter openMaster(SessionId id) throws IOException {
        return openWriter(path(SessionKind.TRANSFER, id), MASTER_LOG);
    }

    private LogWriter openWriter(Path session, String name) throws IOException {
        return LogWriter.open(session.resolve(name), clock, zone, MAX_LOG_BYTES, _ -> {});
    }

    private Path makeFolder(SessionKind kind, SessionId id) throws IOException {
        Path path = path(kind, id);
        makeFolders(path);
        return path;
    }

    private static void makeFolders(Path path) throws IOException {
        DurableFolder.make(path);
    }

    private static FileAttribute<?> privately() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    }

    Path path(SessionKind kind, SessionId id) {
        return folder.resolve(kind.word()).resolve(id.value());
    }

    private List<SessionId> ids(SessionKind kind) throws IOException {
        List<SessionId> ids = new ArrayList<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(folder.resolve(kind.word()))) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (SessionId.isValid(name)) {
                    ids.add(new SessionId(name));
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        }
        return ids;
    }

    private static Instant newestChange(Path session) throws IOException {
        Instant newest = Files.getLastModifiedTime(session).toInstant();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(session)) {
            for (Path entry : entries) {
                Instant changed =
                        Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant();
                newest = changed.isAfter(newest) ? changed : newest;
            }
        }
        return newest;
    }
}
