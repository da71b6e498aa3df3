package dev.packhorse.cli.daemon;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a `packhorse` command of its own process said, once it has ended.
record EndedCommand(int code, String out, String err) {
    /// Runs a command for the daemon whose state folder is `state` in a test's folder.
    static EndedCommand run(Path work, String... arguments) throws Exception {
        List<String> command = CommandLine.of(List.of(arguments));
        command.add("--state=" + work.resolve("state"));
        Path err = work.resolve("err");
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new EndedCommand(process.waitFor(), out, Files.readString(err));
    }
}
