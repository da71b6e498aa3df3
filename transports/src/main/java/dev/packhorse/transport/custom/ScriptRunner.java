package dev.packhorse.transport.custom;

import dev.packhorse.transport.child.Child;
import dev.packhorse.transport.child.ChildCommand;
import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Runs the script's commands, one process each.
///
/// Source: cPanel, “Custom transport for backups”; sysexits.h for the exit codes that are told
/// apart
final class ScriptRunner {
    /// A script that moves less is given up.
    private static final long SLOWEST_BYTES_PER_SECOND = 64 * 1024;

    private static final int USAGE = 64;
    private static final int NO_PERMISSION = 77;
    private static final int CONFIGURATION = 78;

    private final CustomSettings settings;

    ScriptRunner(CustomSettings settings) {
        this.settings = settings;
    }

    WorkPlace work() {
        return settings.work();
    }

    void put(String operation, Path local, String remote, long size, Cancellation cancellation)
            throws IOException {
        List<String> files =
                switch (settings.order()) {
                    case SOURCE_FIRST -> List.of(local.toString(), remote);
                    case REMOTE_FIRST -> List.of(remote, local.toString());
                };
        run(operation, "put", files, limit(size), OutputStream.nullOutputStream(), cancellation);
    }

    void get(String operation, String remote, Path local, long size, Cancellation cancellation)
            throws IOException {
        List<String> files = List.of(remote, local.toString());
        run(operation, "get", files, limit(size), OutputStream.nullOutputStream(), cancellation);
    }

    /// A command on one path that moves no content.
    void simple(
            String operation,
            String command,
            String path,
            OutputStream output,
            Cancellation cancellation)
            throws IOException {
        run(operation, command, List.of(path), settings.timeout(), output, cancellation);
    }

    private Duration limit(long size) {
        return settings.timeout().plusSeconds(size / SLOWEST_BYTES_PER_SECOND);
    }

    private void run(
            String operation,
            String command,
            List<String> arguments,
            Duration limit,
            OutputStream output,
            Cancellation cancellation)
            throws IOException {
        ScriptFile.check(settings.script());
        List<String> line = new ArrayList<>();
        line.add(settings.script().toString());
        line.add(command);
        line.add(settings.folder());
        line.addAll(arguments);
        settings.host().ifPresent(line::add);
        settings.username().ifPresent(line::add);
        Map<String, String> environment =
                settings.password()
                        .map(secret -> Map.of("PASSWORD", secret.reveal()))
                        .orElse(Map.of());
        ChildResult result =
                Child.run(
                        operation,
                        new ChildCommand(line, environment),
                        limit,
                        output,
                        cancellation);
        if (result.exitCode() != 0) {
            throw failed(operation, command, result);
        }
        // What the other commands did is looked at afterwards.
        if (!result.whole() && command.equals("ls")) {
            throw new TransportException(
                    Kind.UNAVAILABLE,
                    operation
                            + ": something that the script's ls left running holds its output,"
                            + " which may lack lines");
        }
    }

    private TransportException failed(String operation, String command, ChildResult result) {
        String errors = result.errors();
        for (Secret secret : settings.password().stream().toList()) {
            errors = errors.replace(secret.reveal(), "***");
        }
        return new TransportException(
                kindOf(result.exitCode(), errors.toLowerCase(Locale.ROOT)),
                operation
                        + ": the script's "
                        + command
                        + " ended with code "
                        + result.exitCode()
                        + (errors.isEmpty() ? "" : ": " + errors));
    }

    /// Most scripts know one exit code and say the reason in words.
    private static Kind kindOf(int code, String errors) {
        if (code == NO_PERMISSION
                || errors.contains("permission denied")
                || errors.contains("access denied")
                || errors.contains("authentication")) {
            return Kind.DENIED;
        }
        if (errors.contains("no space") || errors.contains("quota")) {
            return Kind.FULL;
        }
        return code == USAGE || code == CONFIGURATION ? Kind.REFUSED : Kind.UNAVAILABLE;
    }
}
