package dev.packhorse.engine.tree;

import static java.util.Objects.requireNonNull;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FolderSwap;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A tree under way: it is built under a partial name, and takes its own in one step when it is
/// whole and on the disk. Closing it before removes it. One thread.
///
/// A tree that has the name already makes way for it as [FolderSwap] tells.
final class TreeSwitch implements Closeable {
    private static final int TOP_MODE = 0700;

    private final TreeSpot spot;
    private final TreePlace place;
    private final ByteName partial;
    private final Path recordFile;
    private final Path spillFile;
    private final Directory folder;
    private final Directory tree;

    private TreeSwitch(
            TreeSpot spot, String partialName, TreePlace place, Directory folder, Directory tree) {
        this.spot = spot;
        this.place = place;
        this.partial = ByteName.of(partialName);
        Path beside = requireNonNull(spot.record().getParent());
        this.recordFile = beside.resolve(partialName + ".tree");
        this.spillFile = beside.resolve(partialName + ".lines");
        this.folder = folder;
        this.tree = tree;
    }

    /// Makes the folder, in place of what an earlier run left under the partial name.
    ///
    /// @throws UnfitPlaceException if no trees can be kept there
    static TreeSwitch begin(TreeSpot spot, String partialName) throws IOException {
        Directory folder = Directory.openTrusted(spot.folder());
        boolean begun = false;
        try {
            FolderSwap.putBack(folder, ByteName.of(spot.name()));
            TreePlace place = TreePlace.tryOut(spot, folder, partialName);
            ByteName partial = ByteName.of(partialName);
            folder.removeTree(partial);
            Directory tree = folder.makeDirectory(partial, TOP_MODE);
            TreeSwitch made = new TreeSwitch(spot, partialName, place, folder, tree);
            begun = true;
            made.makeRecordFile();
            return made;
        } finally {
            if (!begun) {
                folder.close();
            }
        }
    }

    private void makeRecordFile() throws IOException {
        try {
            Files.deleteIfExists(recordFile);
            FileChannel.open(
                            recordFile,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))
                    .close();
        } catch (IOException e) {
            try {
                close();
            } catch (IOException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    /// The folder to fill, the switch's to close.
    Directory tree() {
        return tree;
    }

    /// What members keep where it lies.
    TreePlace place() {
        return place;
    }

    /// An empty file for the new record.
    Path recordFile() {
        return recordFile;
    }

    /// A place for lines on their way into the record.
    Path spillFile() {
        return spillFile;
    }

    /// Returns when the tree is on the disk. One call for the whole file system instead of one for
    /// each file and folder: a tree has as many new names as the account has files, linked ones
    /// among them, and only this call covers the names too. It also tells of writes that failed
    /// since the folder was opened.
    void sync() throws IOException {
        folder.syncFileSystem();
    }

    /// Gives the tree its name, after [#sync()]. The record comes first: it names its folder by
    /// number, so that beside the old tree it is just not believed.
    void publish() throws IOException {
        Files.move(
                recordFile,
                spot.record(),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        syncFolder(requireNonNull(spot.record().getParent()));
        FolderSwap.publish(folder, partial, ByteName.of(spot.name()));
    }

    private static void syncFolder(Path path) throws IOException {
        try (Directory opened = Directory.openTrusted(path)) {
            opened.sync();
        }
    }

    /// Removes what was not published.
    @Override
    public void close() throws IOException {
        try (folder) {
            tree.close();
            folder.removeTree(partial);
            Files.deleteIfExists(recordFile);
            Files.deleteIfExists(spillFile);
        }
    }
}
