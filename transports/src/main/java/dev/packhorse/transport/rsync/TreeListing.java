package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TreeEntry;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.TreeVisitor;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is in a tree at a server: what rsync says that it would fetch, if it were no dry run. So
/// owners and modes are those that the server keeps in attributes, which a plain listing does not
/// tell. It goes to a private file first and is given on only when rsync says that it is whole.
///
/// @param folder that of the tree
record TreeListing(
        RsyncRunner runner, String operation, TreeFolder folder, Cancellation cancellation) {
    private static final long MOST_BYTES = 2L << 30;

    /// A name of 4,096 bytes, all of them escaped, and what stands before it.
    private static final int LONGEST_LINE = 24_000;

    /// Gives what has a path to a visitor.
    void give(Optional<TreePath> part, boolean deep, TreeVisitor visitor) throws IOException {
        try (PrivateFolder work = new PrivateFolder(runner.settings().work());
                PrivateFolder empty = new PrivateFolder(runner.settings().work())) {
            Path file = work.path().resolve("listing");
            List<String> arguments =
                    new ArrayList<>(
                            List.of(
                                    "-rlptgo",
                                    "--numeric-ids",
                                    "-M--fake-super",
                                    "--dry-run",
                                    "--out-format=" + TreeLine.FORMAT));
            arguments.addAll(TreeRules.of(part, deep).write(work.path()));
            arguments.addAll(List.of(runner.settings().remote(folder.path()), empty.path() + "/"));
            list(arguments, file);
            give(file, part, visitor);
        }
    }

    private void list(List<String> arguments, Path file) throws IOException {
        ChildResult result;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            OutputStream bounded = new BoundedOutput(out, MOST_BYTES, operation);
            result =
                    runner.tryIt(
                            operation,
                            arguments,
                            runner.settings().answering(),
                            watch -> new ProgressingOutput(bounded, watch),
                            cancellation);
        }
        if (RsyncErrors.isAbsent(result)) {
            throw new TransportException(
                    Kind.MISSING, operation + ": the folder that its mark names is gone");
        }
        if (result.exitCode() != 0) {
            throw runner.errors().of(operation, result);
        }
    }

    private void give(Path file, Optional<TreePath> part, TreeVisitor visitor) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                cancellation.check();
                if (TreeLine.isTop(line)) {
                    continue;
                }
                TreeEntry entry = entry(line);
                // What lies on the way to it is listed, too.
                boolean isWanted = part.isEmpty() || entry.path().isWithin(part.get());
                if (isWanted && !visitor.visit(entry)) {
                    return;
                }
            }
        }
    }

    private TreeEntry entry(String line) throws TransportException {
        return TreeLine.parse(line.length() > LONGEST_LINE ? "" : line)
                .orElseThrow(() ->
                        new TransportException(
                                Kind.REFUSED,
                                operation + ": the server lists what no tree of ours holds"));
    }
}
