package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.RetentionText;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse schedule`: the days to come.
@Command(
        name = "schedule",
        description = "What runs in the days to come, and what would exist then.",
        mixinStandardHelpOptions = true)
final class ScheduleCommand {
    /// Hundreds of days of many accounts take the daemon some time.
    private static final Duration WITHIN = Duration.ofMinutes(5);

    @Spec private CommandSpec spec;

    ScheduleCommand() {}

    @Command(
            name = "ls",
            description = "List the runs of the days to come.",
            mixinStandardHelpOptions = true)
    int list(
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "14",
                            description = "How many days (default: 14).")
                    int days,
            @Option(names = "--json", description = "Print the daemon's answer as it is.")
                    boolean json,
            @Mixin StateOption where)
            throws ClientException {
        return print(where, parameters(days, null), json, true);
    }

    @Command(
            name = "preview",
            description =
                    "Play the days to come through: what would exist on each, if every run succeeded.",
            mixinStandardHelpOptions = true)
    int preview(
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "30",
                            description = "How many days (default: 30).")
                    int days,
            @Option(
                            names = "--account",
                            paramLabel = "USER",
                            description = "Only this account; its restore points are listed.")
                    @Nullable String account,
            @Option(names = "--json", description = "Print the daemon's answer as it is.")
                    boolean json,
            @Mixin StateOption where)
            throws ClientException {
        return print(where, parameters(days, account), json, false);
    }

    private static Parameters parameters(int days, @Nullable String account) {
        Parameters parameters = new Parameters().add("days", Integer.toString(days));
        return account == null ? parameters : parameters.add("user", account);
    }

    private int print(StateOption where, Parameters parameters, boolean json, boolean runsOnly)
            throws ClientException {
        PrintWriter out = spec.commandLine().getOut();
        try (DaemonClient client = where.connect()) {
            JsonNode data = client.call("packhorse_schedule_preview", parameters, WITHIN);
            if (json) {
                out.println(data);
            } else {
                for (JsonNode day : data.path("days")) {
                    if (!runsOnly) {
                        RetentionText.day(day).forEach(out::println);
                    } else if (day.path("starts").isNumber()) {
                        out.println(RetentionText.run(day));
                    }
                }
            }
            out.flush();
        }
        return ExitCode.DONE;
    }
}
