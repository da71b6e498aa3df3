package dev.packhorse.engine.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Runs the programs that other people read archives with.
final class Shell {
    private Shell() {}

    /// The output of a program that must end well.
    static String run(Path folder, String... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IOException(
                    String.join(" ", command) + " ended with " + code + ": " + output);
        }
        return output;
    }

    /// The lines of a program's output.
    static List<String> lines(Path folder, String... command) throws IOException {
        return run(folder, command).lines().toList();
    }
}
