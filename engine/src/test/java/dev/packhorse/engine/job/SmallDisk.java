package dev.packhorse.engine.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A disk in memory with room for little, mounted over a folder. Needs root with the right to
/// mount.
final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /// Empty on a machine that lets nobody mount.
    ///
    /// @param room as `size=1m,nr_inodes=100`
    static Optional<SmallDisk> mount(Path folder, String room) {
        return run("mount", "-t", "tmpfs", "-o", room, "small", folder.toString()).isPresent()
                ? Optional.of(new SmallDisk(folder))
                : Optional.empty();
    }

    /// What is there stays.
    void grow(String room) {
        var _ = run("mount", "-o", "remount," + room, folder.toString()).orElseThrow();
    }

    @Override
    public void close() {
        var _ = run("umount", "-l", folder.toString()).orElseThrow();
    }

    /// What a program says, empty if it fails or is not there.
    static Optional<String> run(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            byte[] said = process.getInputStream().readAllBytes();
            return process.onExit().join().exitValue() == 0
                    ? Optional.of(new String(said, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
