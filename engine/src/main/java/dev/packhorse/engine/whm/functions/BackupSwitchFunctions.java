package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.BackupSwitch;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.SwitchArguments;
import dev.packhorse.engine.job.SwitchProgress;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whether accounts are backed up: one account at once, all of them in the background. The
/// background change is a job, so it goes on after a restart.
final class BackupSwitchFunctions {
    private static final String UNIQUE = "switch-accounts";

    private final JobQueue queue;
    private final BackupSwitches switches;
    private final ServerInfo server;

    BackupSwitchFunctions(JobQueue queue, BackupSwitches switches, ServerInfo server) {
        this.queue = queue;
        this.switches = switches;
        this.server = server;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "toggle_user_backup_state",
                                Permission.ROOT,
                                "Turns the backups of one account on or off, whichever they are not",
                                required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                                flag("legacy", false, "The switch of the former system instead")),
                        this::toggle),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_skip_users_all",
                                Permission.ROOT,
                                "Turns the backups of all accounts on or off in the background",
                                required(
                                                "backupversion",
                                                ParameterSpec.Type.CHOICE,
                                                "The switch of which system")
                                        .oneOf("backup", "legacy"),
                                required("state", ParameterSpec.Type.FLAG, "1 is on, 0 is off")),
                        this::startAll),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_skip_users_all_status",
                                Permission.ROOT,
                                "Tells how far backup_skip_users_all has come"),
                        (_, _) -> status()));
    }

    private Answer toggle(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        BackupSwitch which = arguments.flag("legacy") ? BackupSwitch.LEGACY : BackupSwitch.BACKUP;
        boolean on;
        try {
            on = switches.toggle(user, which).orElseThrow(() -> Text.noUser(user.value()));
        } catch (IOException e) {
            throw Text.failed(
                    "The backup state of " + Text.quoted(user.value()) + " cannot be changed", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("toggle_status", on ? 1 : 0);
        return new Answer(Optional.of(data), "Backup state modified", List.of());
    }

    private Answer startAll(Caller caller, Arguments arguments) throws WhmException {
        SwitchArguments wanted =
                new SwitchArguments(
                        arguments.text("backupversion").equals("legacy"), arguments.flag("state"));
        Enqueued enqueued =
                queue.enqueue(
                        JobRequest.of(
                                        JobKind.SWITCH_ACCOUNTS,
                                        arguments.text("backupversion"),
                                        caller.user(),
                                        JobJson.write(wanted))
                                .withPriority(JobRequest.Priority.MANUAL)
                                .withUniqueKey(UNIQUE)
                                .onNode(server.node()));
        if (!enqueued.added()) {
            throw WhmException.refused(
                    "The backup state of all accounts is being changed already;"
                            + " backup_skip_users_all_status tells how far it is.");
        }
        return Answer.withReason("Configuration update process started");
    }

    private Answer status() {
        List<Job> newest =
                queue.list(JobFilter.of(Set.of(JobKind.SWITCH_ACCOUNTS), Set.of()).limit(1));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode state = data.putObject("reason");
        if (newest.isEmpty()) {
            state.put("msg", "Nothing was started").put("perc", 0).put("running", 0);
        } else {
            show(newest.getFirst(), state);
        }
        return new Answer(Optional.of(data), "OK.", List.of());
    }

    private static void show(Job job, ObjectNode state) {
        boolean running = job.state().isOpen();
        SwitchProgress progress = progress(running ? job.progress() : job.result());
        state.put(
                "msg",
                switch (job.state()) {
                    case HELD, PENDING -> "Waiting";
                    case ACTIVE -> progress.done() + " of " + progress.total() + " accounts";
                    case SUCCEEDED -> "Done";
                    case PARTIAL -> "Done, but " + job.reason();
                    case FAILED -> "Failed: " + job.reason();
                    case CANCELLED -> "Cancelled";
                });
        state.put("perc", job.state() == JobState.SUCCEEDED ? 100 : progress.percent());
        state.put("running", running ? 1 : 0);
    }

    private static SwitchProgress progress(String json) {
        return json.equals("{}") ? SwitchProgress.NONE : JobJson.read(json, SwitchProgress.class);
    }
}
