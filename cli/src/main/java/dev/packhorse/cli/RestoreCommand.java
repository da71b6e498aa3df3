package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse restore`: brings an account back.
@Command(
        name = "restore",
        description = "Bring an account back from a restore point: everything, or some modules.",
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "USER", description = "The account.")
    private String user = "";

    @Option(
            names = "--point",
            paramLabel = "DATE",
            description = "The restore point's date (default: the newest).")
    private @Nullable String point;

    @Option(
            names = "--from",
            paramLabel = "DEST",
            description = "The destination's id (default: local).")
    private String destination = "local";

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "MODULE",
            description = "Only these modules, as Homedir,Mysql.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "MODULE",
            description = "All modules but these.")
    private List<String> without = new ArrayList<>();

    @Option(names = "--follow", description = "Stay until it has ended, and print what happens.")
    private boolean follow;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException {
        var parameters =
                new dev.packhorse.cli.client.Parameters()
                        .add("user", user)
                        .add("destid", destination);
        if (point != null) {
            parameters.add("restore_point", point);
        }
        only.forEach(module -> parameters.add("only", module));
        without.forEach(module -> parameters.add("without", module));
        var out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            JsonNode data = client.call("packhorse_restore_start", parameters);
            String job = data.path("job").asString("");
            out.println(
                    "job " + job + ", restore point " + data.path("restore_point").asString(""));
            out.flush();
            return follow ? new JobWatch(client, out).follow(job) : ExitCode.DONE;
        }
    }
}
