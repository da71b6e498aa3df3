package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.render.DestinationText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `packhorse destination`: where archives are sent.
@Command(
        name = "destination",
        description = "Say where archives are sent, and see whether it works.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DestinationCommand.Ls.class,
            DestinationCommand.Add.class,
            DestinationCommand.Set.class,
            DestinationCommand.Verify.class
        })
final class DestinationCommand {
    private static final Duration PROOF = Duration.ofMinutes(30);

    @Spec private CommandSpec spec;

    DestinationCommand() {}

    /// `packhorse destination ls`.
    @Command(name = "ls", description = "List the destinations.", mixinStandardHelpOptions = true)
    static final class Ls implements Callable<Integer> {
        @Option(names = "--json", description = "Print the daemon's answer as it is.")
        private boolean json;

        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ClientException {
            var out = spec.commandLine().getOut();
            try (DaemonClient client = state.connect()) {
                JsonNode data = client.call("backup_destination_list", new Parameters());
                if (json) {
                    out.println(data);
                } else {
                    out.println(DestinationText.head());
                    data.path("destination_list")
                            .forEach(each -> out.println(DestinationText.line(each)));
                }
                out.flush();
            }
            return ExitCode.DONE;
        }
    }

    /// `packhorse destination add NAME`.
    @Command(
            name = "add",
            description = "Add a destination, and prove that it works.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @picocli.CommandLine.Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
        private String name = "";

        @Option(
                names = "--type",
                required = true,
                paramLabel = "TYPE",
                description =
                        "Local, FTP, SFTP, WebDAV, AmazonS3, S3Compatible, Backblaze, GoogleDrive, Rsync or Custom.")
        private String type = "";

        @picocli.CommandLine.Parameters(
                index = "1..*",
                paramLabel = "KEY=VALUE",
                description =
                        "Settings, as host=backup.example; docs/transports.md names them all.")
        private Map<String, String> settings = Map.of();

        @Mixin private SecretFiles secrets;

        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ClientException, UserError {
            Parameters parameters = new Parameters().add("name", name).add("type", type);
            secrets.addTo(parameters, settings);
            try (DaemonClient client = state.connect()) {
                String id = client.call("backup_destination_add", parameters).path("id").asString();
                var out = spec.commandLine().getOut();
                out.println(id);
                out.flush();
                prove(client, id, out);
            }
            return ExitCode.DONE;
        }
    }

    /// `packhorse destination set NAME`.
    @Command(
            name = "set",
            description = "Change settings of a destination; what is not named stays.",
            mixinStandardHelpOptions = true)
    static final class Set implements Callable<Integer> {
        @picocli.CommandLine.Parameters(
                index = "0",
                paramLabel = "DESTINATION",
                description = "Its name or id.")
        private String destination = "";

        @picocli.CommandLine.Parameters(
                index = "1..*",
                paramLabel = "KEY=VALUE",
                description =
                        "Settings, as host=backup.example; docs/transports.md names them all.")
        private Map<String, String> settings = Map.of();

        @Mixin private SecretFiles secrets;

        @Mixin private StateOption state;

        @Override
        public Integer call() throws ClientException, UserError {
            try (DaemonClient client = state.connect()) {
                Parameters parameters = new Parameters().add("id", id(client, destination));
                secrets.addTo(parameters, settings);
                client.call("backup_destination_set", parameters);
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "validate",
            description = "Store, read, list and delete a test object there.",
            mixinStandardHelpOptions = true)
    int validate(
            @picocli.CommandLine.Parameters(
                            paramLabel = "DESTINATION",
                            description = "Its name or id.")
                    String destination,
            @Mixin StateOption where)
            throws ClientException, UserError {
        try (DaemonClient client = where.connect()) {
            prove(client, id(client, destination), spec.commandLine().getOut());
            return ExitCode.DONE;
        }
    }

    /// Has a destination tried, and prints the steps; one that fails names those before it.
    private static void prove(DaemonClient client, String id, PrintWriter out)
            throws ClientException {
        JsonNode data =
                client.call("backup_destination_validate", new Parameters().add("id", id), PROOF);
        DestinationText.steps(data).forEach(out::println);
        out.flush();
    }

    @Command(
            name = "rm",
            description = "Forget a destination; what is stored there stays.",
            mixinStandardHelpOptions = true)
    int remove(
            @picocli.CommandLine.Parameters(
                            paramLabel = "DESTINATION",
                            description = "Its name or id.")
                    String destination,
            @Mixin StateOption where)
            throws ClientException, UserError {
        try (DaemonClient client = where.connect()) {
            Parameters parameters = new Parameters().add("id", id(client, destination));
            client.call("backup_destination_delete", parameters);
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "adopt",
            description = {
                "Take up the restore points that lie at a destination into the catalog, and wait for it.",
                "Nothing there is changed."
            },
            mixinStandardHelpOptions = true)
    int adopt(
            @picocli.CommandLine.Parameters(
                            paramLabel = "DESTINATION",
                            description = "Its name or id.")
                    String destination,
            @Mixin StateOption where)
            throws ClientException, UserError {
        try (DaemonClient client = where.connect()) {
            return adopt(client, id(client, destination), spec.commandLine().getOut());
        }
    }

    static int adopt(DaemonClient client, String id, PrintWriter out) throws ClientException {
        JsonNode data =
                client.call("packhorse_destination_adopt", new Parameters().add("destid", id));
        return new JobWatch(client, out).follow(data.path("job").asString(""));
    }

    /// `packhorse destination verify NAME`.
    @Command(
            name = "verify",
            description = {
                "Try at a destination what every destination promises, and show what it can do.",
                "Works in a folder of its own there and removes what it made."
            },
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @picocli.CommandLine.Parameters(paramLabel = "DESTINATION", description = "Its name or id.")
        private String destination = "";

        @Option(names = "--json", description = "Print the daemon's answer as it is.")
        private boolean json;

        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ClientException, UserError {
            try (DaemonClient client = state.connect()) {
                JsonNode data =
                        client.call(
                                "packhorse_destination_verify",
                                new Parameters().add("id", id(client, destination)),
                                PROOF);
                var out = spec.commandLine().getOut();
                if (json) {
                    out.println(data);
                } else {
                    DestinationText.report(data).forEach(out::println);
                }
                out.flush();
                return isGood(data) ? ExitCode.DONE : ExitCode.FAILED;
            }
        }

        private static boolean isGood(JsonNode data) {
            for (JsonNode promise : data.path("promises")) {
                if (promise.path("kept").asInt() != 1) {
                    return false;
                }
            }
            return true;
        }
    }

    /// The id of a destination that is named by name or id.
    static String id(DaemonClient client, String destination) throws ClientException, UserError {
        JsonNode list = client.call("backup_destination_list", new Parameters());
        List<String> names = new ArrayList<>();
        for (JsonNode each : list.path("destination_list")) {
            String name = each.path("name").asString();
            String id = each.path("id").asString();
            if (name.equalsIgnoreCase(destination) || id.equals(destination)) {
                return id;
            }
            names.add(name);
        }
        throw new UserError(
                ExitCode.UNKNOWN_DESTINATION,
                "there is no destination "
                        + destination
                        + (names.isEmpty() ? "" : ", only " + String.join(", ", names)));
    }
}
