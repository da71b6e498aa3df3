package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.TreeVisitor;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The trees of a place: their marks, their fetching and their removal.
///
/// Source: rsync(1), options `--fake-super`, `--numeric-ids`, `--modify-window`
final class RsyncTrees {
    /// Everything that makes a file what it is. The server's rsync keeps owners, modes, access
    /// lists and the attributes of others than users in attributes of its own, so it need not be
    /// root, and nothing there is another user's or runs as one. Times count to the nanosecond: of
    /// two files of one second only one is the earlier tree's.
    static final List<String> ALIKE =
            List.of("-rlptgoHAXS", "--numeric-ids", "-M--fake-super", "--modify-window=-1");

    private static final String STATE_KEY = "rsync-tree-key";
    private static final String STATE_FOLDER = "rsync-tree-folder";
    private static final int LONGEST_MARK = 1024;

    private final RsyncRunner runner;
    private final RemoteRemoval removal;

    RsyncTrees(RsyncRunner runner) {
        this.runner = runner;
        this.removal = new RemoteRemoval(runner);
    }

    /// The folder that the mark of a key names, empty if there is no tree of this key.
    Optional<TreeFolder> find(ObjectKey key, Cancellation cancellation) throws IOException {
        try {
            return new RsyncDownload(runner, key, cancellation)
                    .run(ByteRange.ALL, in -> folder(key, in));
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The folder that the mark of a key names, if that folder is there, too. One login fetches
    /// both: of the folder its name alone.
    Optional<TreeFolder> look(String operation, ObjectKey key, Cancellation cancellation)
            throws IOException {
        try (PrivateFolder fetched = new PrivateFolder(runner.settings().work())) {
            ChildResult result =
                    runner.tryIt(
                            operation,
                            List.of(
                                    "-r",
                                    "--chmod=F600,D700",
                                    "--max-size=" + LONGEST_MARK,
                                    "--include=/" + key.name(),
                                    "--include=/" + TreeFolder.all(key) + "/",
                                    "--exclude=*",
                                    runner.settings().remote(UploadFolder.above(key)),
                                    fetched.path() + "/"),
                            runner.settings().answering(),
                            _ -> OutputStream.nullOutputStream(),
                            cancellation);
            if (RsyncErrors.isAbsent(result) || RsyncErrors.isBelowAFile(result)) {
                return Optional.empty();
            }
            if (result.exitCode() != 0) {
                throw runner.errors().of(operation, result);
            }
            return marked(key, fetched.path());
        }
    }

    private static Optional<TreeFolder> marked(ObjectKey key, Path fetched) throws IOException {
        Path mark = fetched.resolve(key.name());
        if (!Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(mark, LinkOption.NOFOLLOW_LINKS)) {
            return folder(key, in)
                    .filter(folder ->
                            Files.isDirectory(
                                    fetched.resolve(folder.name()), LinkOption.NOFOLLOW_LINKS));
        }
    }

    private static Optional<TreeFolder> folder(ObjectKey key, InputStream mark) throws IOException {
        return TreeFolder.ofMark(
                key, new String(mark.readNBytes(LONGEST_MARK), StandardCharsets.ISO_8859_1));
    }

    /// Fetches all of a tree.
    ///
    /// @param mostBytes the server is stopped when it sends more
    void read(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws IOException {
        String operation = "read " + key;
        TreeFolder folder = require(operation, key, cancellation);
        List<String> arguments = new ArrayList<>(ALIKE);
        arguments.addAll(List.of(runner.settings().remote(folder.path()), into + "/"));
        transfer(operation, arguments, mostBytes, cancellation);
    }

    private void transfer(
            String operation, List<String> arguments, long mostBytes, Cancellation cancellation)
            throws IOException {
        runner.transfer(
                operation,
                arguments,
                mostBytes,
                runner.settings().answering(),
                watch -> new TransferProgress(watch, mostBytes, operation),
                cancellation);
    }

    private TreeFolder require(String operation, ObjectKey key, Cancellation cancellation)
            throws IOException {
        return find(key, cancellation)
                .orElseThrow(() ->
                        new TransportException(
                                Kind.MISSING, operation + ": there is no such tree"));
    }

    /// Fetches what has a path in a tree.
    void readPart(
            ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
            throws IOException {
        String operation = "read " + key;
        TreeFolder folder = require(operation, key, cancellation);
        try (PrivateFolder rules = new PrivateFolder(runner.settings().work())) {
            List<String> arguments = new ArrayList<>(ALIKE);
            arguments.addAll(TreeRules.of(Optional.of(part), true).write(rules.path()));
            arguments.add("--max-size=" + mostBytes);
            arguments.addAll(List.of(runner.settings().remote(folder.path()), into + "/"));
            transfer(operation, arguments, mostBytes, cancellation);
        }
    }

    /// Lists what has a path in a tree.
    void list(
            String operation,
            ObjectKey key,
            Optional<TreePath> part,
            boolean deep,
            TreeVisitor visitor,
            Cancellation cancellation)
            throws IOException {
        TreeFolder folder = require(operation, key, cancellation);
        new TreeListing(runner, operation, folder, cancellation).give(part, deep, visitor);
    }

    /// Removes all folders of a key.
    void deleteFolders(ObjectKey key) throws IOException {
        removal.trees("delete " + key, key, Optional.empty(), Cancellation.never());
    }

    /// What a journal says of a tree that is sent.
    static UploadState state(TreeFolder folder) {
        return new UploadState(
                new java.util.TreeMap<>(
                        Map.of(STATE_KEY, folder.key().value(), STATE_FOLDER, folder.name())));
    }

    /// Removes what is left of a tree that was never finished.
    void abandon(UploadState state) throws IOException {
        String key = state.values().get(STATE_KEY);
        String name = state.values().get(STATE_FOLDER);
        if (key == null || name == null) {
            return;
        }
        Optional<TreeFolder> left;
        try {
            left = TreeFolder.parse(new ObjectKey(key), name);
        } catch (IllegalArgumentException _) {
            return;
        }
        if (left.isPresent() && !find(left.get().key(), Cancellation.never()).equals(left)) {
            removal.tree("abandon " + key, left.get(), Cancellation.never());
        }
    }
}
