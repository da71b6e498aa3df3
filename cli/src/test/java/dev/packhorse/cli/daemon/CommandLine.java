package dev.packhorse.cli.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a test starts a `packhorse` command in a process of its own.
final class CommandLine {
    private CommandLine() {}

    /// The words of a process that runs the command with the class path of the tests.
    ///
    /// @param arguments those of the command, its name first
    static List<String> of(List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of(
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "dev.packhorse.cli.Packhorse"));
        words.addAll(arguments);
        return words;
    }
}
