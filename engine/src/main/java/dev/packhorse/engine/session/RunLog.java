package dev.packhorse.engine.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of one run of backups, in the form that scripts of cPanel servers read. Safe for many
/// threads. Failures are told once and never thrown: a log that cannot be written stops no backup.
///
/// Source: whmapi1-protocol 12.3.
public final class RunLog implements SessionLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx", Locale.ROOT);

    /// Half a million lines; a run that has more leaves out all but the last ones.
    static final long MAX_BYTES = 32L << 20;

    private final Path file;
    private final InstantSource clock;
    private final ZoneId zone;
    private final @Nullable FileChannel channel;
    private final StringBuilder begun = new StringBuilder();
    private boolean failed;
    private boolean full;

    private RunLog(Path file, InstantSource clock, ZoneId zone, @Nullable FileChannel channel) {
        this.file = file;
        this.clock = clock;
        this.zone = zone;
        this.channel = channel;
    }

    /// Opens the file for appending; it is made with mode 0600 if it is not there.
    static RunLog open(
            Path file, InstantSource clock, ZoneId zone, Set<? extends OpenOption> further)
            throws IOException {
        Set<OpenOption> options = new java.util.HashSet<>(further);
        options.add(StandardOpenOption.WRITE);
        options.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel =
                FileChannel.open(
                        file,
                        options,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        channel.position(channel.size());
        return new RunLog(file, clock, zone, channel);
    }

    /// A log in place of one that cannot be opened: its lines go to the program's own log.
    static RunLog lost(Path file, InstantSource clock, ZoneId zone) {
        return new RunLog(file, clock, zone, null);
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// How long it is, to go on from there with [#cutTo] after a crash.
    public synchronized long size() {
        try {
            return channel == null ? 0 : channel.size();
        } catch (IOException e) {
            fail(e);
            return 0;
        }
    }

    /// Takes back what was written past a size.
    public synchronized void cutTo(long size) {
        if (channel == null) {
            return;
        }
        try {
            channel.truncate(size);
            channel.position(channel.size());
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void line(String text) {
        append("info", text, MAX_BYTES);
    }

    @Override
    public synchronized void begin(String text) {
        begun.append(text);
    }

    @Override
    public synchronized void done(String text) {
        String whole = begun + " " + text;
        begun.setLength(0);
        line(whole);
    }

    @Override
    public void warn(String text) {
        append("warn", text, MAX_BYTES);
    }

    @Override
    public SessionLog indented() {
        return this;
    }

    /// A line that is written even into a full log: how the run ended.
    public void last(String text) {
        append("info", text, Long.MAX_VALUE);
    }

    private synchronized void append(String level, String text, long limit) {
        if (channel == null) {
            LOG.atInfo().addKeyValue("log", file).log(LogText.oneLine(text));
            return;
        }
        try {
            if (channel.position() >= limit) {
                noteFull(channel);
                return;
            }
            write(channel, level, text);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void noteFull(FileChannel to) throws IOException {
        if (!full) {
            full = true;
            write(to, "warn", "This log is full; further lines are left out.");
        }
    }

    private void write(FileChannel to, String level, String text) throws IOException {
        Instant now = clock.instant();
        String line =
                "[%s] %s [backup] %s\n"
                        .formatted(
                                TIMESTAMP.format(now.atZone(zone)), level, LogText.oneLine(text));
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private void fail(IOException cause) {
        if (!failed) {
            failed = true;
            LOG.atWarn()
                    .addKeyValue("log", file)
                    .setCause(cause)
                    .log("the log of the run cannot be written");
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            fail(e);
        }
    }
}
