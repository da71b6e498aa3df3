package dev.packhorse.engine.tree;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Optional;

/// An earlier tree that a new one can be linked to. One thread; closed by whoever opened it.
public final class PreviousTree implements AutoCloseable {
    private final TreeSpot spot;
    private final Directory top;
    private final TreeRecord record;

    private PreviousTree(TreeSpot spot, Directory top, TreeRecord record) {
        this.spot = spot;
        this.top = top;
        this.record = record;
    }

    /// Opens a tree with its record; empty if one of them is not there.
    ///
    /// @throws IOException if the record is damaged or belongs to another folder; the message says
    ///   so and names it
    public static Optional<PreviousTree> open(TreeSpot spot) throws IOException {
        boolean isThere =
                Files.isDirectory(spot.tree(), LinkOption.NOFOLLOW_LINKS)
                        && Files.isRegularFile(spot.record(), LinkOption.NOFOLLOW_LINKS);
        if (!isThere) {
            return Optional.empty();
        }
        TreeRecord record = TreeRecord.open(spot.record());
        Directory top = null;
        try {
            top = openTop(spot);
            if (top.stat().inode() != record.inode()) {
                throw new IOException(
                        "the record " + spot.record() + " is not of the tree " + spot.tree());
            }
            return Optional.of(new PreviousTree(spot, top, record));
        } catch (IOException e) {
            record.close();
            if (top != null) {
                top.close();
            }
            throw e;
        }
    }

    private static Directory openTop(TreeSpot spot) throws IOException {
        try (Directory folder = Directory.openTrusted(spot.folder())) {
            return folder.open(ByteName.of(spot.name()));
        }
    }

    /// Where it lies.
    public TreeSpot spot() {
        return spot;
    }

    Directory top() {
        return top;
    }

    TreeRecord record() {
        return record;
    }

    @Override
    public void close() throws IOException {
        try (record) {
            top.close();
        }
    }
}
