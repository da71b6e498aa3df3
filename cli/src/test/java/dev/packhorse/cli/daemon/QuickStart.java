package dev.packhorse.cli.daemon;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/// Options by which daemons that are started hundreds of times start quickly: a cache of their
/// loaded classes, made by one that is started and stopped. As the distribution has one.
final class QuickStart {
    private static final Duration TO_MAKE = Duration.ofMinutes(5);

    private QuickStart() {}

    /// Makes the cache.
    ///
    /// @param folder where it is kept, with what it needs
    static List<String> options(Path folder) throws Exception {
        Path cache = folder.resolve("daemon.aot");
        List<String> classPath = List.of("-cp", jars(folder));
        List<String> learning = new ArrayList<>(classPath);
        learning.add("-XX:AOTCacheOutput=" + cache);
        Path work = Files.createDirectory(folder.resolve("work"));
        DemoServer.write(work.resolve("server"), 5);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m", learning)) {
            daemon.call("packhorse_backup_start", new Parameters().add("user", "bob"));
            daemon.stop(TO_MAKE);
        }
        List<String> options = new ArrayList<>(classPath);
        if (Files.exists(cache)) {
            options.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        return List.copyOf(options);
    }

    /// A cache takes classes from jars alone.
    private static String jars(Path folder) throws IOException {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<String> path = new ArrayList<>();
        for (String entry : DaemonUnderTest.classPath().split(File.pathSeparator, -1)) {
            if (Files.isDirectory(Path.of(entry))) {
                Path made = folder.resolve("classes-" + path.size() + ".jar");
                int code =
                        jar.run(
                                System.out,
                                System.err,
                                "--create",
                                "--no-compress",
                                "--file",
                                made.toString(),
                                "-C",
                                entry,
                                ".");
                if (code != 0) {
                    throw new IOException("no jar of " + entry);
                }
                path.add(made.toString());
            } else if (Files.exists(Path.of(entry))) {
                path.add(entry);
            }
        }
        return path.stream().collect(Collectors.joining(File.pathSeparator));
    }
}
