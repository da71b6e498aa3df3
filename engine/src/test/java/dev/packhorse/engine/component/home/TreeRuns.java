package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.tree.PreviousTree;
import dev.packhorse.engine.tree.TreeCounts;
import dev.packhorse.engine.tree.TreeSpot;
import dev.packhorse.engine.tree.TreeWriter;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Packs one home again and again into trees beside one another, as the nightly runs do.
final class TreeRuns {
    /// By this clock nothing changed just now, so that a test need not wait.
    static final InstantSource LATER = () -> Instant.now().plusSeconds(3_600);

    private final HomeServer server;
    private final Path backups;

    TreeRuns(HomeServer server, Path folder) throws IOException {
        this.server = server;
        this.backups =
                Files.createDirectory(
                        folder.resolve("backups"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
    }

    /// What a run gave.
    record Run(PackReport report, PackedArchive packed, TreeCounts counts) {}

    TreeSpot spot(String name) {
        return new TreeSpot(backups, name, backups.resolve("." + name + ".tree"));
    }

    Path home(String name) {
        return spot(name).tree().resolve("homedir");
    }

    Run run(String name, String previous) throws IOException, ComponentException {
        return run(name, previous, LATER);
    }

    /// @param previous the name of the tree to link to, empty for none
    Run run(String name, String previous, InstantSource clock)
            throws IOException, ComponentException {
        Optional<PreviousTree> earlier =
                previous.isEmpty() ? Optional.empty() : PreviousTree.open(spot(previous));
        try (TreeWriter writer = begin(name, earlier, clock)) {
            PackReport report = server.pack(writer);
            PackedArchive packed = writer.finish();
            writer.publish();
            return new Run(report, packed, writer.counts());
        } finally {
            if (earlier.isPresent()) {
                earlier.get().close();
            }
        }
    }

    TreeWriter begin(String name, Optional<PreviousTree> previous, InstantSource clock)
            throws IOException {
        return TreeWriter.begin(
                spot(name),
                ".partial-" + name,
                previous,
                1_700_000_000L,
                clock,
                Cancellation.never());
    }

    /// What a folder holds, in lines. A file's further names outside of it do not count.
    static List<String> lines(Path folder) throws IOException {
        return TreeDigest.lines(folder).stream().map(TreeRuns::withoutOwnPath).toList();
    }

    /// The ninth field names the first path of a file with several names, be it the line's own.
    private static String withoutOwnPath(String line) {
        String[] fields = line.split(" ", -1);
        if (fields[8].equals(fields[0])) {
            fields[8] = "-";
        }
        return String.join(" ", fields);
    }

    /// What lies in the folder that holds the trees.
    List<String> names() throws IOException {
        try (Directory folder = Directory.openTrusted(backups)) {
            return folder.list().stream().map(ByteName::toString).toList();
        }
    }

    FileStat stat(String tree, String path) throws IOException {
        BytePath below = BytePath.of("homedir").resolve(path);
        int slash = below.toString().lastIndexOf('/');
        try (Directory top = Directory.openTrusted(spot(tree).tree());
                Directory folder =
                        top.openBeneath(BytePath.of(below.toString().substring(0, slash)))) {
            return folder.stat(below.name());
        }
    }

    boolean isShared(String path, String one, String other) throws IOException {
        return stat(one, path).inode() == stat(other, path).inode();
    }
}
