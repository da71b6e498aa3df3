package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse second-factor`: codes besides the password.
@Command(
        name = "second-factor",
        description =
                "Give root or a reseller a second factor besides the password, or take it away.",
        mixinStandardHelpOptions = true,
        subcommands = {
            SecondFactorCommand.Enable.class,
            SecondFactorCommand.Disable.class,
            SecondFactorCommand.Ls.class
        })
final class SecondFactorCommand {
    private SecondFactorCommand() {}

    /// `packhorse second-factor enable USER`.
    @Command(
            name = "enable",
            description =
                    "Make a second factor and print what a telephone reads; it is shown this once.",
            mixinStandardHelpOptions = true)
    static final class Enable implements Callable<Integer> {
        @picocli.CommandLine.Parameters(paramLabel = "USER", description = "root or a reseller.")
        private String user = "";

        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ClientException, UserError {
            try (DaemonClient client = state.connect()) {
                JsonNode data =
                        client.call(
                                "packhorse_second_factor_enable",
                                new Parameters().add("user", user));
                PrintWriter out = spec.commandLine().getOut();
                out.println(data.path("uri").asString(""));
                out.flush();
                return ExitCode.DONE;
            }
        }
    }

    /// `packhorse second-factor disable USER`.
    @Command(
            name = "disable",
            description = "Remove a second factor: the password alone is enough again.",
            mixinStandardHelpOptions = true)
    static final class Disable implements Callable<Integer> {
        @picocli.CommandLine.Parameters(paramLabel = "USER", description = "Whose.")
        private String user = "";

        @Mixin private StateOption state;

        @Override
        public Integer call() throws ClientException, UserError {
            try (DaemonClient client = state.connect()) {
                client.call("packhorse_second_factor_disable", new Parameters().add("user", user));
                return ExitCode.DONE;
            }
        }
    }

    /// `packhorse second-factor list`.
    @Command(
            name = "list",
            description = "List the users that have a second factor.",
            mixinStandardHelpOptions = true)
    static final class Ls implements Callable<Integer> {
        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ClientException, UserError {
            try (DaemonClient client = state.connect()) {
                JsonNode data = client.call("packhorse_second_factor_list", new Parameters());
                PrintWriter out = spec.commandLine().getOut();
                for (JsonNode each : data.path("second_factors")) {
                    out.println(
                            each.path("user").asString("")
                                    + " since "
                                    + Instant.ofEpochSecond(each.path("since").asLong(0))
                                    + (each.path("used").asInt(0) == 1 ? "" : ", never used"));
                }
                out.flush();
                return ExitCode.DONE;
            }
        }
    }
}
