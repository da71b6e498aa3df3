package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.TreeMark;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.TreeVisitor;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import dev.packhorse.transport.watch.KeyTurns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// Objects in a folder of a server that rsync reaches over SSH. Each call is one or a few runs of
/// rsync; what they share is one login, which stays between calls.
public final class RsyncTransport implements Transport {
    private static final TransportTraits TRAITS =
            new TransportTraits(
                    false, false, false, true, false, Resumption.BY_BYTE, OptionalLong.empty(), 4);

    private final RsyncOpening opened;
    private final RemoteEntries entries;
    private final RsyncTrees trees;
    private final KeyTurns turns = new KeyTurns();

    private RsyncTransport(RsyncOpening opened) {
        this.opened = opened;
        this.entries = new RemoteEntries(opened.runner());
        this.trees = new RsyncTrees(opened.runner());
    }

    /// Checks the server's key and the login, and makes the folder.
    static RsyncTransport open(RsyncSettings settings) throws TransportException {
        try {
            return new RsyncTransport(RsyncOpening.of(settings));
        } catch (IOException e) {
            throw RsyncErrors.of("open destination", e);
        }
    }

    @Override
    public TransportTraits traits() {
        return TRAITS;
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        RsyncPut put = new RsyncPut(key, content, mode, journal, cancellation);
        try (KeyTurns.Turn _ = turns.take(key, cancellation)) {
            return new RsyncUpload(opened.runner(), opened.syncs(), put).run();
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of(put.operation(), e);
        }
    }

    @Override
    public void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException, CancelledException {
        try (KeyTurns.Turn _ = turns.take(key, cancellation)) {
            new RsyncTreeUpload(opened, key, tree, journal, cancellation).run();
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of("put " + key, e);
        }
    }

    @Override
    public Optional<TreeMark> findTree(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "find " + key;
        try {
            return trees.look(operation, key, cancellation).map(TreeFolder::content);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of(operation, e);
        }
    }

    @Override
    public void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            trees.read(key, into, mostBytes, cancellation);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of("read " + key, e);
        }
    }

    @Override
    public void listTree(
            ObjectKey key,
            Optional<TreePath> part,
            boolean deep,
            TreeVisitor visitor,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + key;
        try {
            trees.list(operation, key, part, deep, visitor, cancellation);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of(operation, e);
        }
    }

    @Override
    public void readTreePart(
            ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            trees.readPart(key, part, mostBytes, into, cancellation);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of("read " + key, e);
        }
    }

    @Override
    public void deleteTree(ObjectKey key) throws TransportException {
        delete(key);
        try {
            trees.deleteFolders(key);
        } catch (IOException e) {
            throw RsyncErrors.of("delete " + key, e);
        }
    }

    @Override
    public void abandon(UploadState state) throws TransportException {
        try {
            trees.abandon(state);
            Optional<RsyncPut.Left> left = RsyncPut.left(state);
            if (left.isPresent()) {
                new RemoteRemoval(opened.runner())
                        .partial(
                                "abandon " + left.get().key(),
                                left.get().key(),
                                left.get().folder(),
                                Cancellation.never());
            }
        } catch (IOException e) {
            throw RsyncErrors.of("abandon upload", e);
        }
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            return new RsyncDownload(opened.runner(), key, cancellation).run(range, reader);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of("read " + key, e);
        }
    }

    @Override
    public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
        String operation = "stat " + key;
        try {
            return entries.find(operation, key, Cancellation.never())
                    .filter(entry -> entry.kind() == ListedEntry.Kind.FILE)
                    .map(entry -> new ObjectInfo(key, entry.sizeBytes(), entry.modified()));
        } catch (IOException e) {
            throw RsyncErrors.of(operation, e);
        }
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        String operation = "list " + (prefix.isEmpty() ? "/" : prefix);
        String checked = prefix.isEmpty() ? "" : new ObjectKey(prefix).value();
        try {
            entries.each(operation, checked, visitor, cancellation);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw RsyncErrors.of(operation, e);
        }
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        if (stat(key).isEmpty()) {
            return;
        }
        String operation = "delete " + key;
        IOException failure;
        try {
            if (new RemoteRemoval(opened.runner()).object(operation, key, Cancellation.never())) {
                return;
            }
            failure =
                    new TransportException(
                            Kind.UNAVAILABLE, operation + ": rsync says it did, but did not");
        } catch (IOException e) {
            failure = e;
        }
        if (stat(key).isPresent()) {
            throw RsyncErrors.of(operation, failure);
        }
    }

    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        String operation = "remove folder " + folder;
        try {
            return new RemoteRemoval(opened.runner())
                    .folder(operation, folder, Cancellation.never());
        } catch (IOException e) {
            throw RsyncErrors.of(operation, e);
        }
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.empty();
    }

    @Override
    public void close() throws TransportException {
        try {
            opened.runner().close();
        } catch (IOException e) {
            throw RsyncErrors.of("close destination", e);
        }
    }
}
