package dev.packhorse.engine.tree;

import static java.util.Objects.requireNonNull;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
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
/// A tree that has the name already is swapped with the new one in that step. Where the file system
/// cannot swap (some network file systems), it is set aside under a name that [#putBack] knows, so
/// that there is an old or a new tree whenever the machine stops.
final class TreeSwitch implements Closeable {
    /// Begins the name of a tree that was set aside; the tree's own name follows.
    static final String SET_ASIDE = ".packhorse-replaced-";

    private static final int TOP_MODE = 0700;

    private final TreeSpot spot;
    private final ByteName partial;
    private final Path recordFile;
    private final Path spillFile;
    private final Directory folder;
    private final Directory tree;

    private TreeSwitch(TreeSpot spot, String partialName, Directory folder, Directory tree) {
        this.spot = spot;
        this.partial = ByteName.of(partialName);
        Path beside = requireNonNull(spot.record().getParent());
        this.recordFile = beside.resolve(partialName + ".tree");
        this.spillFile = beside.resolve(partialName + ".lines");
        this.folder = folder;
        this.tree = tree;
    }

    /// Makes the folder, in place of what an earlier run left under the partial name.
    static TreeSwitch begin(TreeSpot spot, String partialName) throws IOException {
        Directory folder = Directory.openTrusted(spot.folder());
        boolean begun = false;
        try {
            putBack(folder, ByteName.of(spot.name()));
            ByteName partial = ByteName.of(partialName);
            folder.removeTree(partial);
            TreeSwitch made =
                    new TreeSwitch(
                            spot, partialName, folder, folder.makeDirectory(partial, TOP_MODE));
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

    /// Gives a tree its name back that was set aside when the machine stopped, or removes it if its
    /// successor has the name.
    static void putBack(Directory folder, ByteName name) throws IOException {
        ByteName aside = ByteName.of(SET_ASIDE + name);
        if (folder.find(aside).isEmpty()) {
            return;
        }
        if (folder.find(name).isEmpty()) {
            folder.rename(aside, folder, name);
            folder.sync();
        } else {
            folder.removeTree(aside);
        }
    }

    /// The folder to fill, the switch's to close.
    Directory tree() {
        return tree;
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
        ByteName name = ByteName.of(spot.name());
        if (folder.find(name).isEmpty()) {
            folder.rename(partial, folder, name);
        } else {
            replace(name);
        }
        folder.sync();
        folder.removeTree(partial);
        folder.removeTree(ByteName.of(SET_ASIDE + name));
    }

    private void replace(ByteName name) throws IOException {
        try {
            folder.exchange(partial, folder, name);
        } catch (PosixException e) {
            if (!e.is(Errno.EINVAL) && !e.is(Errno.ENOSYS)) {
                throw e;
            }
            folder.rename(name, folder, ByteName.of(SET_ASIDE + name));
            folder.rename(partial, folder, name);
        }
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
