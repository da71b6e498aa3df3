package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Sends one tree: into a folder of its own, where files that an earlier tree has too become links
/// to them; then both sides compare digests of every file and all that belongs to it; then the mark
/// makes it the tree of its key, and what was that before goes.
///
/// Source: rsync(1), options `--link-dest`, `--mkpath`, `--checksum`, `--whole-file`; that
/// `--link-dest=../TREE` is not read was observed with rsync 3.2.7-1+deb12u6
final class RsyncTreeUpload {
    private static final int MOST_EARLIER = 2;

    private final RsyncOpening opened;
    private final RsyncRunner runner;
    private final RsyncTrees trees;
    private final RsyncPut put;
    private final TreeContent tree;
    private final TreeFolder folder;

    RsyncTreeUpload(
            RsyncOpening opened,
            ObjectKey key,
            TreeContent tree,
            UploadJournal journal,
            Cancellation cancellation) {
        this.opened = opened;
        this.runner = opened.runner();
        this.trees = new RsyncTrees(runner);
        this.tree = tree;
        this.folder = TreeFolder.of(key, tree);
        this.put =
                new RsyncPut(
                        key,
                        new MarkContent(folder.mark()),
                        PutMode.REPLACE,
                        journal,
                        cancellation);
    }

    void run() throws IOException {
        Optional<TreeFolder> present = trees.find(put.key(), put.cancellation());
        put.record(RsyncTrees.state(folder));
        try {
            send(links(present));
            tree.proveUnchanged(put.cancellation());
        } catch (IOException e) {
            if (!present.equals(Optional.of(folder))) {
                removeIfNobodyGoesOn(e);
            }
            throw e;
        }
        mark();
        new RemoteRemoval(runner)
                .trees(put.operation(), put.key(), Optional.of(folder), put.cancellation());
        put.clear();
    }

    /// The folders of trees that are there, as seen from inside of the new one.
    private Set<String> links(Optional<TreeFolder> present) throws IOException {
        Set<String> links = new LinkedHashSet<>();
        present.ifPresent(each -> links.add(folder.pathTo(each)));
        for (ObjectKey earlier : tree.earlier()) {
            if (links.size() == MOST_EARLIER) {
                break;
            }
            if (!earlier.equals(put.key())) {
                trees.find(earlier, put.cancellation())
                        .ifPresent(each -> links.add(folder.pathTo(each)));
            }
        }
        links.remove(folder.pathTo(folder));
        return links;
    }

    private void send(Set<String> links) throws IOException {
        transfer(links, List.of());
        if (!isStored()) {
            // A file there has the size and time of this one, and other bytes.
            transfer(links, List.of("--checksum"));
            if (!isStored()) {
                throw put.failure(Kind.CORRUPT, "what the server has is not what was sent");
            }
        }
    }

    /// A file that an earlier tree has in another form is sent by what differs. Servers that open
    /// nothing above a folder, as rsync does since its cures of 2026 for races with links, link to
    /// earlier trees but cannot read them for that: then such files are sent whole.
    private void transfer(Set<String> links, List<String> further) throws IOException {
        try {
            transferBy(links, further);
        } catch (TransportException e) {
            if (links.isEmpty() || !RsyncErrors.isUnverified(e)) {
                throw e;
            }
            List<String> whole = new ArrayList<>(further);
            whole.add("--whole-file");
            transferBy(links, whole);
        }
    }

    private void transferBy(Set<String> links, List<String> further) throws IOException {
        List<String> arguments = new ArrayList<>(RsyncTrees.ALIKE);
        arguments.addAll(List.of("--mkpath", "--delete"));
        arguments.addAll(further);
        links.forEach(link -> arguments.add("--link-dest=" + link));
        if (opened.syncs()) {
            arguments.add("--fsync");
        }
        arguments.addAll(RsyncUpload.limit(tree.bytesPerSecond()));
        arguments.addAll(ends());
        runner.transfer(
                put.operation(),
                arguments,
                tree.sizeBytes(),
                runner.settings().comparing(tree.sizeBytes()),
                put.cancellation());
    }

    /// Lets the server read all of its tree and compare; what differs would be sent or deleted, and
    /// said.
    private boolean isStored() throws IOException {
        List<String> arguments = new ArrayList<>(RsyncTrees.ALIKE);
        arguments.addAll(List.of("--checksum", "--dry-run", "--delete", "--out-format=%i"));
        arguments.addAll(ends());
        DataOutputStream different = new DataOutputStream(OutputStream.nullOutputStream());
        runner.run(
                put.operation(),
                arguments,
                runner.settings().comparing(tree.sizeBytes()),
                different,
                put.cancellation());
        return different.size() == 0;
    }

    private List<String> ends() {
        return List.of(tree.folder() + "/", runner.settings().remote(folder.path()));
    }

    private void mark() throws IOException {
        RsyncPut marking =
                new RsyncPut(
                        put.key(),
                        put.content(),
                        PutMode.REPLACE,
                        UploadJournal.none(),
                        put.cancellation());
        new RsyncUpload(runner, opened.syncs(), marking).run();
    }

    /// With a journal, the next try of the same tree goes on with what a passing failure left.
    private void removeIfNobodyGoesOn(IOException failure) {
        boolean goesOn =
                failure instanceof CancelledException
                        || RsyncErrors.of(put.operation(), failure).kind().retryable();
        if (goesOn && put.isJournaled()) {
            return;
        }
        try {
            new RemoteRemoval(runner).tree(put.operation(), folder, Cancellation.never());
            put.clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
