package dev.packhorse.engine.audit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the trail. Each line is on the disk when the call that made it returns, but those of
/// refused logins, which strangers cause: they are synced with the next line, and told one by one
/// only up to a number in each minute. A trail that cannot be written is logged and stops nothing:
/// what it would tell has happened. One process writes at a time; safe for many threads.
public final class AuditTrail {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int REFUSALS_A_MINUTE = 60;
    private static final int LONGEST_LINE = 1 << 16;

    private final AuditFiles files;
    private final InstantSource clock;
    private long number;
    private String digest = AuditLine.NOTHING;
    private long minute;
    private int refusals;
    private int untold;

    private AuditTrail(AuditFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
    }

    /// Opens the trail of a folder, made if it is missing, and finds its end. A last line that a
    /// crash cut short was nobody's answer yet, and is removed.
    ///
    /// @throws IOException if the folder or the newest file cannot be read
    public static AuditTrail open(Path folder, InstantSource clock) throws IOException {
        try {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            sync(Objects.requireNonNull(folder.toAbsolutePath().getParent(), "not the root"));
        } catch (FileAlreadyExistsException _) {
            LOG.debug("the folder is there");
        }
        AuditTrail trail = new AuditTrail(new AuditFiles(folder), clock);
        trail.findEnd();
        return trail;
    }

    private void findEnd() throws IOException {
        List<Path> all = files.all();
        for (Path file : all.reversed()) {
            Optional<String> last = lastLine(file);
            if (last.isEmpty()) {
                continue;
            }
            Optional<AuditLine> line = AuditLine.parse(last.get());
            if (line.isEmpty()) {
                LOG.atError()
                        .addKeyValue("file", file)
                        .log("the last line of the audit trail is not as it was written");
                return;
            }
            number = line.get().number();
            digest = line.get().digest();
            return;
        }
    }

    /// The last whole line; cuts off what follows it.
    private static Optional<String> lastLine(Path file) throws IOException {
        try (FileChannel bytes =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long from = Math.max(0, bytes.size() - 2L * LONGEST_LINE);
            byte[] end = new byte[(int) (bytes.size() - from)];
            readFully(bytes, from, end);
            String text = new String(end, StandardCharsets.ISO_8859_1);
            int whole = text.lastIndexOf('\n') + 1;
            if (whole < text.length()) {
                bytes.truncate(from + whole);
            }
            if (whole == 0) {
                return Optional.empty();
            }
            int begin = text.lastIndexOf('\n', whole - 2) + 1;
            return Optional.of(new String(end, begin, whole - 1 - begin, StandardCharsets.UTF_8));
        }
    }

    private static void readFully(FileChannel file, long from, byte[] into) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(into);
        while (rest.hasRemaining()) {
            if (file.read(rest, from + rest.position()) < 0) {
                throw new EOFException("the audit trail became shorter while it was read");
            }
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Adds what a call did, or why it was refused.
    public synchronized void add(AuditEntry entry) {
        write(entry, true);
    }

    /// Adds a login that was refused.
    public synchronized void refused(String address) {
        Instant now = clock.instant();
        long thisMinute = now.getEpochSecond() / 60;
        if (thisMinute != minute) {
            minute = thisMinute;
            refusals = 0;
            if (untold > 0) {
                String more = untold + " more were refused before this minute";
                untold = 0;
                write(AuditEntry.refusal(now, AuditEntry.Event.LOGINS_REFUSED, "", more), false);
            }
        }
        refusals++;
        if (refusals > REFUSALS_A_MINUTE) {
            untold++;
        } else {
            write(AuditEntry.refusal(now, AuditEntry.Event.LOGIN_REFUSED, address, ""), false);
        }
    }

    private void write(AuditEntry entry, boolean sync) {
        AuditLine line = AuditLine.of(entry, number + 1, digest);
        String month = entry.at().atZone(ZoneOffset.UTC).toString().substring(0, 7);
        Path file = files.folder().resolve("audit-" + month + ".jsonl");
        boolean first = !Files.exists(file);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            append(channel, (line.json() + "\n").getBytes(StandardCharsets.UTF_8));
            number = line.number();
            digest = line.digest();
            if (sync) {
                channel.force(false);
            }
            if (first) {
                sync(files.folder());
            }
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("function", entry.function())
                    .addKeyValue("user", entry.user())
                    .setCause(e)
                    .log("the audit trail cannot be written");
        }
    }

    /// All of it or nothing: half a line would break the chain.
    private static void append(FileChannel channel, byte[] line) throws IOException {
        long end = channel.size();
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, end + bytes.position());
            }
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }
}
