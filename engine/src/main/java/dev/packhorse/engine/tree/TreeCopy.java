package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Gives a whole tree a second place: folders are made anew, everything else is linked. The second
/// tree stays whole when the first is removed.
public final class TreeCopy {
    private final TreeSpot from;
    private final Directory source;
    private final TreeFolders folders;

    private TreeCopy(TreeSpot from, Directory source, TreeFolders folders) {
        this.from = from;
        this.source = source;
        this.folders = folders;
    }

    /// Links.
    ///
    /// @param from a published tree
    /// @param to where it is to lie besides, on the same file system; what lies there is replaced
    /// @param partialName the name of the second tree until it is whole
    /// @throws IOException if there is no such tree, or the places lie on different file systems
    public static void link(TreeSpot from, TreeSpot to, String partialName) throws IOException {
        try (PreviousTree tree =
                        PreviousTree.open(from)
                                .orElseThrow(
                                        () -> new IOException("there is no tree " + from.tree()));
                TreeSwitch place = TreeSwitch.begin(to, partialName);
                TreeAttributes setter = new TreeAttributes();
                TreeFolders folders =
                        new TreeFolders(
                                place.tree(),
                                Optional.empty(),
                                setter,
                                attributes(tree.top()),
                                (_, _) -> {})) {
            new TreeCopy(from, tree.top(), folders).linkAll();
            folders.finish();
            copyRecord(tree, place);
            place.sync();
            place.publish();
        }
    }

    private static void copyRecord(PreviousTree tree, TreeSwitch place) throws IOException {
        try (RecordWriter record = new RecordWriter(place.spillFile())) {
            tree.record().forEach(record::add);
            var _ = record.finish(place.recordFile(), place.tree().stat().inode());
        }
    }

    private void linkAll() throws IOException {
        Deque<BytePath> waiting = new ArrayDeque<>();
        linkFolder(Optional.empty(), source, waiting);
        while (!waiting.isEmpty()) {
            BytePath path = waiting.pop();
            try (Directory folder = source.openBeneath(path)) {
                folders.make(path, attributes(folder));
                linkFolder(Optional.of(path), folder, waiting);
            }
        }
    }

    private void linkFolder(Optional<BytePath> path, Directory folder, Deque<BytePath> waiting)
            throws IOException {
        List<BytePath> below = new ArrayList<>();
        for (ByteName name : folder.list()) {
            BytePath member = path.map(each -> each.resolve(name)).orElse(BytePath.of(name));
            FileStat stat = folder.stat(name);
            if (stat.type() == FileType.DIRECTORY) {
                below.add(member);
            } else {
                linkMember(folder, name, member);
            }
        }
        below.reversed().forEach(waiting::push);
    }

    private void linkMember(Directory folder, ByteName name, BytePath member) throws IOException {
        TreeLevel level = folders.above(member);
        try {
            java.util.Objects.requireNonNull(level.directory()).makeHardLink(folder, name, name);
        } catch (PosixException e) {
            if (e.is(Errno.EXDEV) || e.is(Errno.EPERM) || e.isUnsupported()) {
                throw new IOException(
                        "the tree "
                                + from.tree()
                                + " cannot be linked: keep all calendars of the backup directory on one file system that takes hard links, or set backuptype to compressed",
                        e);
            }
            throw e;
        }
    }

    private static Attributes attributes(Directory directory) throws IOException {
        FileStat stat = directory.stat();
        return new Attributes(
                stat.mode(),
                stat.uid(),
                stat.gid(),
                stat.mtimeSeconds(),
                stat.mtimeNanos(),
                directory.xattrs());
    }
}
