package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the server lists. A long listing goes to a private file first and is given on only when
/// rsync says that it is whole: a listing that broke off must not look like a short one. A line
/// that is none of rsync's means that nothing is known: then no object counts as absent.
final class RemoteEntries {
    private static final int MOST_BYTES_OF_ONE = 64 * 1024;
    private static final long MOST_BYTES = 2L << 30;
    private static final int LONGEST_LINE = 8192;
    private static final int VANISHED = 24;
    private static final List<String> LIST = List.of("--list-only", "--no-h");
    private static final List<String> LIST_ALL =
            List.of(
                    "--list-only",
                    "--no-h",
                    "-r",
                    "--exclude=" + UploadFolder.PREFIX + "*",
                    "--exclude=" + TreeFolder.PREFIX + "*");

    private final RsyncRunner runner;

    RemoteEntries(RsyncRunner runner) {
        this.runner = runner;
    }

    /// The entry of a key, empty if it is surely not there.
    Optional<ListedEntry> find(String operation, ObjectKey key, Cancellation cancellation)
            throws IOException {
        ByteArrayOutputStream listing = new ByteArrayOutputStream();
        ChildResult result =
                list(
                        operation,
                        LIST,
                        key.value(),
                        new BoundedOutput(listing, MOST_BYTES_OF_ONE, operation),
                        cancellation);
        if (RsyncErrors.isAbsent(result)) {
            return Optional.empty();
        }
        if (RsyncErrors.isBelowAFile(result)) {
            return Optional.of(ListedEntry.NOWHERE);
        }
        if (result.exitCode() != 0) {
            throw runner.errors().of(operation, result);
        }
        String line = listing.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        return Optional.of(entry(operation, line));
    }

    /// All objects below a prefix.
    void each(String operation, String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws IOException {
        try (PrivateFolder folder = new PrivateFolder(runner.settings().work())) {
            Path file = folder.path().resolve("listing");
            ChildResult result;
            String below = prefix.isEmpty() ? "" : prefix + "/";
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                OutputStream bounded = new BoundedOutput(out, MOST_BYTES, operation);
                result = list(operation, LIST_ALL, below, bounded, cancellation);
            }
            if (isNothingThere(result) && !prefix.isEmpty()) {
                return;
            }
            if (result.exitCode() != 0 && result.exitCode() != VANISHED) {
                throw runner.errors().of(operation, result);
            }
            give(operation, below, file, visitor, cancellation);
        }
    }

    private static boolean isNothingThere(ChildResult result) {
        return RsyncErrors.isAbsent(result) || RsyncErrors.isBelowAFile(result);
    }

    private ChildResult list(
            String operation,
            List<String> options,
            String path,
            OutputStream out,
            Cancellation cancellation)
            throws IOException {
        RsyncSettings settings = runner.settings();
        return runner.tryIt(
                operation,
                Stream.concat(options.stream(), Stream.of(settings.remote(path))).toList(),
                settings.answering(),
                watch -> new ProgressingOutput(out, watch),
                cancellation);
    }

    private static void give(
            String operation,
            String below,
            Path listing,
            ObjectVisitor visitor,
            Cancellation cancellation)
            throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(listing, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                cancellation.check();
                ListedEntry entry = entry(operation, line);
                Optional<ObjectKey> key = keyOf(below + entry.name());
                if (entry.kind() == ListedEntry.Kind.FILE
                        && key.isPresent()
                        && !visitor.visit(
                                new ObjectInfo(key.get(), entry.sizeBytes(), entry.modified()))) {
                    return;
                }
            }
        }
    }

    private static ListedEntry entry(String operation, String line) throws TransportException {
        return ListedEntry.parse(line.length() > LONGEST_LINE ? "" : line)
                .orElseThrow(() ->
                        new TransportException(
                                Kind.REFUSED,
                                operation + ": the server lists a line that is not rsync's"));
    }

    /// Empty for a name that is not ours.
    private static Optional<ObjectKey> keyOf(String path) {
        if (UploadFolder.isPartOf(path) || TreeFolder.isPartOf(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectKey(path));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
