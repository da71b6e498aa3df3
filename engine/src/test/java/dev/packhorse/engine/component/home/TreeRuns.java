package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.posix.ByteName;
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
    static final InstantSource LATER = InstantSource.fixed(Instant.now().plusSeconds(3_600));

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

    /// What lies in the folder that holds the trees.
    List<String> names() throws IOException {
        try (Directory folder = Directory.openTrusted(backups)) {
            return folder.list().stream().map(ByteName::toString).toList();
        }
    }

    FileStat stat(String tree, String path) throws IOException {
        Path file = home(tree).resolve(path);
        try (Directory folder = Directory.openTrusted(file.getParent())) {
            return folder.stat(ByteName.of(file.getFileName().toString()));
        }
    }

    boolean isShared(String path, String one, String other) throws IOException {
        return stat(one, path).inode() == stat(other, path).inode();
    }
}
