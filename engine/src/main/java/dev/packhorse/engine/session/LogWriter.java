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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Appends JSON lines to one file of a session, each with one write, so that readers and a second
/// writer after a takeover never see or make half a line. Safe for many threads. Failures are told
/// once and never thrown.
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx", Locale.ROOT);
    private static final long PID = ProcessHandle.current().pid();

    private final Path file;
    private final InstantSource clock;
    private final ZoneId zone;
    private final long maxBytes;
    private final FileChannel channel;
    private final Consumer<String> echo;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean full = new AtomicBoolean();

    private LogWriter(
            Path file,
            InstantSource clock,
            ZoneId zone,
            long maxBytes,
            FileChannel channel,
            Consumer<String> echo) {
        this.file = file;
        this.clock = clock;
        this.zone = zone;
        this.maxBytes = maxBytes;
        this.channel = channel;
        this.echo = echo;
    }

    /// Opens the file for appending; it is made with mode 0600 if it is not there.
    ///
    /// @param maxBytes what is written past this length is dropped, and one line says so
    /// @param echo is given each line, with its line end, on the writing thread
    static LogWriter open(
            Path file, InstantSource clock, ZoneId zone, long maxBytes, Consumer<String> echo)
            throws IOException {
        Set<OpenOption> options =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        LinkOption.NOFOLLOW_LINKS);
        FileChannel channel =
                FileChannel.open(
                        file,
                        options,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        return new LogWriter(file, clock, zone, maxBytes, channel, echo);
    }

    Instant now() {
        return clock.instant();
    }

    /// A line of output.
    void out(int indent, boolean partial, String contents) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("contents", contents);
        line.put("partial", partial ? 1 : 0);
        line.put("timestamp", TIMESTAMP.format(now().atZone(zone)));
        line.put("pid", PID);
        line.put("indent", indent);
        line.put("type", "out");
        append(line);
    }

    /// A line that tells clients what happens.
    void control(JsonNode contents) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.set("contents", contents);
        line.put("partial", 0);
        line.put("pid", PID);
        line.put("indent", 0);
        line.put("type", "control");
        append(line);
    }

    private void append(ObjectNode line) {
        String text = LogText.json(line);
        echo.accept(text);
        try {
            if (channel.size() >= maxBytes) {
                noteFull();
                return;
            }
            write(text);
        } catch (IOException e) {
            if (failed.compareAndSet(false, true)) {
                LOG.atWarn()
                        .addKeyValue("log", file)
                        .setCause(e)
                        .log("session log cannot be written");
            }
        }
    }

    private void noteFull() throws IOException {
        if (full.compareAndSet(false, true)) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.put("contents", "This log is full; further lines are left out.\n");
            line.put("partial", 0);
            line.put("timestamp", TIMESTAMP.format(now().atZone(zone)));
            line.put("pid", PID);
            line.put("indent", 0);
            line.put("type", "out");
            write(LogText.json(line));
        }
    }

    private synchronized void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("log", file).setCause(e).log("session log did not close");
        }
    }
}
