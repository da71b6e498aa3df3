package dev.packhorse.engine.session;

import dev.packhorse.engine.rootfile.TrustedPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The logs of runs, `EPOCH.log` each. On a server with cPanel's folders they lie where scripts
/// look for them, `/usr/local/cpanel/logs/cpbackup`; elsewhere in `logs/cpbackup` of the state
/// folder. Safe for many threads.
///
/// Source: whmapi1-protocol 12.3.
public final class RunLogs {
    private static final Logger LOG = LoggerFactory.getLogger(RunLogs.class);
    private static final String CPANEL_LOGS = "/usr/local/cpanel/logs";
    private static final String FOLDER = "cpbackup";
    private static final Pattern NAME = Pattern.compile("\\d{9,11}\\.log");
    private static final Duration KEPT = Duration.ofDays(90);
    private static final int TRIES = 1_000;
    private static final int TAIL_BYTES = 64 * 1024;

    private final Path root;
    private final Path state;
    private final InstantSource clock;
    private final ZoneId zone;

    /// @param root the host's root folder
    /// @param state the state folder
    /// @param zone the zone of the lines' times
    public RunLogs(Path root, Path state, InstantSource clock, ZoneId zone) {
        this.root = root;
        this.state = state;
        this.clock = clock;
        this.zone = zone;
    }

    /// The zone of the lines' times.
    public ZoneId zone() {
        return zone;
    }

    /// Makes the log of a run that begins now, under the first free name.
    ///
    /// @return the name, in seconds since 1970; 0 if no log can be made, which stops no run
    public long begin() {
        try {
            return make();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the run has no log of its own");
            return 0;
        }
    }

    private long make() throws IOException {
        Path folder = folder();
        sweep(folder);
        long first = clock.instant().getEpochSecond();
        for (long name = first; name < first + TRIES; name++) {
            try {
                RunLog.open(file(folder, name), clock, zone, Set.of(StandardOpenOption.CREATE_NEW))
                        .close();
                return name;
            } catch (FileAlreadyExistsException _) {
                // A run of the same second has it.
            }
        }
        throw new IOException("no free name for a log in " + folder);
    }

    /// Opens a log for appending; the caller closes it. The lines of one that cannot be opened go
    /// to the program's own log.
    ///
    /// @param name what [#begin] gave
    public RunLog open(long name) {
        if (name != 0) {
            try {
                return openFile(name);
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("log", name).setCause(e).log("a log cannot be opened");
            }
        }
        return RunLog.lost(state.resolve(name + ".log"), clock, zone);
    }

    private RunLog openFile(long name) throws IOException {
        return RunLog.open(file(folder(), name), clock, zone, Set.of(StandardOpenOption.CREATE));
    }

    /// Adds a line to a log that is complete otherwise, unless its end has the line already.
    ///
    /// @throws IOException if the log cannot be read or opened
    public void addOnce(long name, String text) throws IOException {
        if (!Files.exists(file(folder(), name), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (RunLog log = openFile(name)) {
            if (!tail(log.file()).contains("[backup] " + text + "\n")) {
                log.last(text);
            }
        }
    }

    /// The names of the logs, as `1795000000.log`, newest first.
    ///
    /// @throws IOException if they cannot be listed
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder())) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (NAME.matcher(name).matches()
                        && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(name);
                }
            }
        }
        return names.stream().sorted(Comparator.comparingLong(RunLogs::moment).reversed()).toList();
    }

    private static long moment(String name) {
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    /// Opens a log for reading; the caller closes it. Empty if there is none of this name.
    ///
    /// @throws IOException if it cannot be opened
    public Optional<FileChannel> openForReading(String name) throws IOException {
        return names().contains(name)
                ? Optional.of(LogReader.open(folder().resolve(name)))
                : Optional.empty();
    }

    private static Path file(Path folder, long name) {
        return folder.resolve(name + ".log");
    }

    private Path folder() throws IOException {
        Path place = cpanelLogs();
        Files.createDirectories(
                place,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return place;
    }

    /// A folder that others can change is none of ours to write into as root.
    private Path cpanelLogs() {
        try {
            Path logs = new TrustedPath(root).folder(CPANEL_LOGS);
            if (Files.isDirectory(logs, LinkOption.NOFOLLOW_LINKS)) {
                return new TrustedPath(root).folder(CPANEL_LOGS + "/" + FOLDER);
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("logs of runs go to the state folder");
        }
        return state.resolve("logs").resolve(FOLDER);
    }

    private void sweep(Path folder) throws IOException {
        long before = clock.instant().minus(KEPT).getEpochSecond();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (NAME.matcher(name).matches()
                        && moment(name) < before
                        && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                        && lastChange(entry).getEpochSecond() < before) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (NoSuchFileException _) {
            // Nothing was ever written.
            return;
        }
    }

    private static Instant lastChange(Path entry) throws IOException {
        return Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant();
    }

    private static String tail(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long from = Math.max(0, channel.size() - TAIL_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
            int read = channel.read(bytes, from);
            while (read >= 0 && bytes.hasRemaining()) {
                read = channel.read(bytes, from + bytes.position());
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }
}
