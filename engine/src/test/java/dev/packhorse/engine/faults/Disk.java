package dev.packhorse.engine.faults;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A folder tree as a disk holds it: what was synced is there whatever happens; of the rest each
/// part may be there after a power cut or not, as POSIX leaves it open. A file's contents are safe
/// after a sync of the file, its name after a sync of its folder; a rename is one step, safe after
/// a sync of the folder that it goes to.
final class Disk {
    private final Path root;
    private final DiskFolder top = new DiskFolder();
    private final List<NameStep> unsynced = new ArrayList<>();
    private final Map<Long, DiskNode> handles = new HashMap<>();

    private Disk(Path root) {
        this.root = root;
    }

    /// One name that comes to stand for something, or for nothing any more.
    private record NameChange(DiskFolder folder, String name, @Nullable DiskNode node) {
        void in(Map<String, DiskNode> names) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    /// Changes of names that happen together.
    private record NameStep(DiskFolder safeWith, List<NameChange> changes) {}

    static Disk of(Path folder) throws IOException {
        Disk disk = new Disk(folder);
        read(folder, disk.top);
        return disk;
    }

    private static void read(Path folder, DiskFolder into) throws IOException {
        try (var names = Files.newDirectoryStream(folder)) {
            for (Path path : names) {
                DiskNode node;
                if (Files.isDirectory(path)) {
                    DiskFolder below = new DiskFolder();
                    read(path, below);
                    node = below;
                } else {
                    node = new DiskFile(Files.readAllBytes(path));
                }
                into.synced().put(name(path), node);
                into.now().put(name(path), node);
            }
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /// A copy of a disk on which everything is synced.
    Disk copy() {
        Disk copy = new Disk(root);
        copy(top, copy.top);
        return copy;
    }

    private static void copy(DiskFolder from, DiskFolder to) {
        from.synced()
                .forEach((name, node) -> {
                    DiskNode same =
                            switch (node) {
                                case DiskFile file -> new DiskFile(file.after(0));
                                case DiskFolder folder -> {
                                    DiskFolder below = new DiskFolder();
                                    copy(folder, below);
                                    yield below;
                                }
                            };
                    to.synced().put(name, same);
                    to.now().put(name, same);
                });
    }

    void apply(Change change) {
        switch (change) {
            case Change.Open open -> open(open);
            case Change.Write write -> file(write.handle()).write(write.position(), write.bytes());
            case Change.Truncate cut -> file(cut.handle()).truncate(cut.size());
            case Change.Sync sync -> sync(requireNonNull(handles.get(sync.handle())));
            case Change.Close close -> handles.remove(close.handle());
            case Change.MakeFolder made -> step(made.path(), new DiskFolder());
            case Change.Link link -> step(link.path(), requireNonNull(at(link.existing())));
            case Change.Remove removed -> step(removed.path(), null);
            case Change.Move move -> move(move);
            case Change.SetAttribute _ -> {}
            case Change.Copy _, Change.SymbolicLink _ ->
                    throw new UnsupportedOperationException(change.toString());
        }
    }

    private DiskFile file(long handle) {
        return (DiskFile) requireNonNull(handles.get(handle));
    }

    private void open(Change.Open open) {
        if (open.makes()) {
            step(open.path(), new DiskFile(new byte[0]));
        }
        DiskNode node = requireNonNull(at(open.path()), open.path()::toString);
        if (open.empties() && !open.makes()) {
            ((DiskFile) node).truncate(0);
        }
        handles.put(open.handle(), node);
    }

    private void sync(DiskNode node) {
        switch (node) {
            case DiskFile file -> file.sync();
            case DiskFolder folder -> {
                List<NameStep> safe =
                        unsynced.stream().filter(step -> step.safeWith().equals(folder)).toList();
                for (NameStep step : safe) {
                    step.changes().forEach(one -> one.in(one.folder().synced()));
                }
                unsynced.removeAll(safe);
            }
        }
    }

    private void move(Change.Move move) {
        DiskNode node = requireNonNull(at(move.source()), move.source()::toString);
        DiskFolder source = folderOf(move.source());
        DiskFolder target = folderOf(move.path());
        make(
                new NameStep(
                        target,
                        List.of(
                                new NameChange(source, name(move.source()), null),
                                new NameChange(target, name(move.path()), node))));
    }

    private void step(Path path, @Nullable DiskNode node) {
        DiskFolder folder = folderOf(path);
        make(new NameStep(folder, List.of(new NameChange(folder, name(path), node))));
    }

    private void make(NameStep step) {
        step.changes().forEach(one -> one.in(one.folder().now()));
        unsynced.add(step);
    }

    private DiskFolder folderOf(Path path) {
        return (DiskFolder) requireNonNull(at(requireNonNull(path.getParent())), path::toString);
    }

    private @Nullable DiskNode at(Path path) {
        DiskNode node = top;
        if (path.equals(root)) {
            return node;
        }
        for (Path name : root.relativize(path)) {
            node = node instanceof DiskFolder in ? in.now().get(name.toString()) : null;
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    /// Writes what is there after a power cut into a new folder.
    void layOut(Path target, Survival survival) throws IOException {
        Map<DiskFolder, Map<String, DiskNode>> names = new HashMap<>();
        for (NameStep step : survival.of(unsynced)) {
            for (NameChange one : step.changes()) {
                one.in(names.computeIfAbsent(one.folder(), it -> new TreeMap<>(it.synced())));
            }
        }
        layOut(top, target, survival, names, new HashMap<>());
    }

    private static void layOut(
            DiskFolder folder,
            Path target,
            Survival survival,
            Map<DiskFolder, Map<String, DiskNode>> names,
            Map<DiskFile, Path> files)
            throws IOException {
        Files.createDirectory(
                target,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (var entry : names.getOrDefault(folder, folder.synced()).entrySet()) {
            Path path = target.resolve(entry.getKey());
            switch (entry.getValue()) {
                case DiskFolder below -> layOut(below, path, survival, names, files);
                case DiskFile file when files.containsKey(file) ->
                        Files.createLink(path, requireNonNull(files.get(file)));
                case DiskFile file -> {
                    Files.createFile(
                            path,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
                    Files.write(path, survival.of(file));
                    files.put(file, path);
                }
            }
        }
    }

    static void clear(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
