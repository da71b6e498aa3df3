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

/// `packhorse backup`: packs accounts now.
@Command(
        name = "backup",
        description =
                "Pack accounts now into the backup directory and send them to the destinations.",
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "USER", description = "The accounts.")
    private List<String> users = new ArrayList<>();

    @Option(names = "--all", description = "All accounts.")
    private boolean all;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = {
                "What it is called, as \"before upgrade\". It replaces no other archive of this day,",
                "and is kept, pinned, until packhorse unpin."
            })
    private @Nullable String label;

    @Option(names = "--follow", description = "Stay until it has ended, and print what happens.")
    private boolean follow;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        if (users.isEmpty() != all) {
            throw new UserError(ExitCode.USAGE, "name accounts, or give --all");
        }
        var parameters = new dev.packhorse.cli.client.Parameters();
        if (all) {
            parameters.add("all", "1");
        }
        if (label != null) {
            parameters.add("label", label);
        }
        users.forEach(user -> parameters.add("user", user));
        var out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            JsonNode data = client.call("packhorse_backup_start", parameters);
            String job = data.path("job").asString("");
            out.println(
                    "job "
                            + job
                            + (data.path("added").asInt(1) == 1
                                    ? ""
                                    : " (it was asked for before)"));
            out.flush();
            return follow ? new JobWatch(client, out).follow(job) : ExitCode.DONE;
        }
    }
}
