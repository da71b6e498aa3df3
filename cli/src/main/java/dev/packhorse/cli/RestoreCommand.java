package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.transport.spi.ByteSize;
import java.io.PrintWriter;
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
        description = {
            "Bring an account back from a restore point: everything, some modules, or single things.",
            "Before something is replaced a safety copy is taken; --safety-copy newest brings it back.",
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "USER", description = "The account.")
    private String user = "";

    @Option(
            names = "--point",
            paramLabel = "DATE",
            description =
                    "The restore point's date, or date and time as listed (default: the newest).")
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

    @Option(
            names = "--archive",
            paramLabel = "FILE",
            description = "Take it from this archive on the server instead, an absolute path.")
    private @Nullable String archive;

    @Option(
            names = "--safety-copy",
            paramLabel = "NAME",
            description =
                    "Take it from the copy that an earlier restore took: its name, or newest.")
    private @Nullable String safetyCopy;

    @Option(
            names = "--safety-copies",
            description = "List the copies that earlier restores took, and do nothing.")
    private boolean safetyCopies;

    @Option(
            names = "--trusted",
            description = "Vouch for an archive that this server did not make.")
    private boolean trusted;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "Only this file or folder of the home, as public_html/shop.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--mailbox",
            paramLabel = "ADDRESS",
            description =
                    "Only this mailbox: missing messages come back, and those that are there stay.")
    private List<String> mailboxes = new ArrayList<>();

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "Only this database, without its users.")
    private List<String> databases = new ArrayList<>();

    @Option(names = "--zone", paramLabel = "DOMAIN", description = "Only this DNS zone.")
    private List<String> zones = new ArrayList<>();

    @Option(names = "--crontab", description = "Only the crontab.")
    private boolean crontab;

    @Option(
            names = "--into",
            paramLabel = "FOLDER",
            description = "Put paths and mailboxes into this folder of the home.")
    private @Nullable String into;

    @Option(
            names = "--replace",
            description = "With --mailbox: what is there is replaced by what the archive has.")
    private boolean replace;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description =
                    "Restore it under this name: a new account, or with --path and the like into one that is there.")
    private @Nullable String as;

    @Option(
            names = "--overwrite",
            description = "With --as: restore all of it over an account that has this name.")
    private boolean overwrite;

    @Option(
            names = "--homes",
            paramLabel = "FOLDER",
            description = "Make the home of a new account in this folder, as /home2.")
    private @Nullable String homes;

    @Option(names = "--plan", description = "Print what would be done, and change nothing.")
    private boolean plan;

    @Option(
            names = "--as-planned",
            paramLabel = "JOB",
            description = "Do what this job planned, or nothing if the server has changed since.")
    private @Nullable String planned;

    @Option(names = "--follow", description = "Stay until it has ended, and print what happens.")
    private boolean follow;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ClientException, UserError {
        if (!mailboxes.isEmpty() && !paths.isEmpty()) {
            throw new UserError(ExitCode.USAGE, "restore mailboxes and paths one after the other");
        }
        var out = spec.commandLine().getOut();
        try (DaemonClient client = state.connect()) {
            if (safetyCopies) {
                return listSafetyCopies(client, out);
            }
            if (plan) {
                JsonNode data = client.call("packhorse_restore_plan", parameters());
                return new PlanText(client, out).print(user, data.path("job").asString(""));
            }
            JsonNode data = client.call("packhorse_restore_start", parameters());
            String job = data.path("job").asString("");
            String from = data.path("restore_point").asString("");
            out.println("job " + job + (from.isEmpty() ? "" : ", restore point " + from));
            out.flush();
            return follow ? new JobWatch(client, out).follow(job) : ExitCode.DONE;
        }
    }

    private int listSafetyCopies(DaemonClient client, PrintWriter out) throws ClientException {
        var parameters = new dev.packhorse.cli.client.Parameters().add("user", user);
        for (JsonNode copy : client.call("packhorse_safety_copy_list", parameters).path("copies")) {
            out.println(
                    copy.path("name").asString("")
                            + "  "
                            + new ByteSize(copy.path("bytes").asLong(0)));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private dev.packhorse.cli.client.Parameters parameters() {
        var parameters =
                new dev.packhorse.cli.client.Parameters()
                        .add("user", user)
                        .add("destid", destination);
        addIf(parameters, "restore_point", point);
        addIf(parameters, "archive", archive);
        addIf(parameters, "safety_copy", safetyCopy);
        addIf(parameters, "into", into);
        addIf(parameters, "as", as);
        addIf(parameters, "homes", homes);
        addIf(parameters, "plan", plan ? null : planned);
        only.forEach(module -> parameters.add("only", module));
        without.forEach(module -> parameters.add("without", module));
        paths.forEach(path -> parameters.add("part", "path:" + path));
        mailboxes.forEach(mailbox -> parameters.add("part", "mailbox:" + mailbox));
        databases.forEach(database -> parameters.add("part", "database:" + database));
        zones.forEach(zone -> parameters.add("part", "zone:" + zone));
        if (crontab) {
            parameters.add("part", "crontab:");
        }
        if (!mailboxes.isEmpty() && !replace) {
            parameters.add("merge", "1");
        }
        if (trusted) {
            parameters.add("trusted", "1");
        }
        if (overwrite) {
            parameters.add("overwrite", "1");
        }
        return parameters;
    }

    private static void addIf(
            dev.packhorse.cli.client.Parameters parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name, value);
        }
    }
}
