package dev.packhorse.cli;

import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse demo`: a small hosting server to play with.
@Command(
        name = "demo",
        description = {
            "Write a small hosting server into a folder: accounts with sites, mail, cron, zones and odd names.",
            "Serve it with: packhorse serve --set host.root=DIR --set state=DIR.state --set http.tls=off",
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            description = "The folder; made if it is missing, must be empty.")
    private Path folder = Path.of("packhorse-demo");

    @Option(
            names = "--digest",
            description = "Only print one digest over the whole tree DIR, to compare it later.")
    private boolean digest;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        if (digest) {
            out.println(TreeDigest.sha256(folder));
        } else {
            DemoServer.write(folder.toAbsolutePath());
            out.println(
                    "a hosting server of "
                            + DemoServer.ACCOUNTS.size()
                            + " accounts lies in "
                            + folder);
        }
        out.flush();
        return ExitCode.DONE;
    }
}
