package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The restore queue: tasks wait until the queue is activated, then run, then are listed until they
/// are cleared.
///
/// Source: whmapi1-protocol section 10.
final class RestoreQueueFunctions {
    private static final Set<JobState> RUNNING = Set.of(JobState.PENDING, JobState.ACTIVE);

    private final JobQueue queue;
    private final RestoreTasks tasks;
    private final RestoreTaskAdder adder;
    private final Accounts accounts;

    RestoreQueueFunctions(
            JobQueue queue, RestoreTasks tasks, RestoreTaskAdder adder, Accounts accounts) {
        this.queue = queue;
        this.tasks = tasks;
        this.adder = adder;
        this.accounts = accounts;
    }

    List<WhmFunction> functions() {
        return List.of(
                addTask(),
                of("activate", "Lets the waiting restore tasks run", this::activate),
                of("is_active", "Tells whether restore tasks run", this::isActive),
                of("state", "Lists all restore tasks", this::state),
                of("list_pending", "Lists restore tasks that wait", pendingList()),
                of("list_active", "Lists restore tasks that run", activeList()),
                of("list_completed", "Lists restore tasks that ended", this::listCompleted),
                clearPendingTask(),
                clearCompletedTask(),
                of(
                        "clear_all_pending_tasks",
                        "Removes restore tasks that wait",
                        this::clearPending),
                of(
                        "clear_all_completed_tasks",
                        "Removes restore tasks that ended well",
                        clearing(task -> task.isEnded() && !task.isFailed())),
                of(
                        "clear_all_failed_tasks",
                        "Removes restore tasks that failed",
                        clearing(RestoreTask::isFailed)),
                of(
                        "clear_all_tasks",
                        "Removes all restore tasks but those that run",
                        clearing(task -> task.isPending() || task.isEnded())));
    }

    private static WhmFunction of(String name, String help, WhmFunction.Body body) {
        return new WhmFunction(
                FunctionSpec.of("restore_queue_" + name, Permission.ROOT, help), body);
    }

    private WhmFunction addTask() {
        return new WhmFunction(
                FunctionSpec.of(
                        "restore_queue_add_task",
                        Permission.ROOT,
                        "Adds a restore of an account; it waits for restore_queue_activate",
                        required(
                                "user",
                                ParameterSpec.Type.ACCOUNT,
                                "The account, which need not exist any more"),
                        required(
                                "restore_point",
                                ParameterSpec.Type.SLOT,
                                "The date of the archive, YYYY-MM-DD"),
                        optional("destid", ParameterSpec.Type.TEXT, "Where the archive lies")
                                .withDefault("local"),
                        flag("give_ip", false, "Give the account an address of its own"),
                        flag("mail_config", false, "Restore the mail configuration"),
                        flag("mysql", false, "Restore the databases, those of PostgreSQL, too"),
                        flag("subdomains", false, "Restore the sub-domains")),
                adder::add);
    }

    private WhmFunction clearPendingTask() {
        return new WhmFunction(
                FunctionSpec.of(
                        "restore_queue_clear_pending_task",
                        Permission.ROOT,
                        "Removes the waiting restore task of an account",
                        required("user", ParameterSpec.Type.ACCOUNT, "The account")),
                this::clearPendingOf);
    }

    private WhmFunction clearCompletedTask() {
        return new WhmFunction(
                FunctionSpec.of(
                        "restore_queue_clear_completed_task",
                        Permission.ROOT,
                        "Removes one restore task that ended",
                        required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                        required(
                                "start_time",
                                ParameterSpec.Type.INTEGER,
                                "When it began, in epoch seconds")),
                this::clearCompletedOf);
    }

    private Answer activate(Caller caller, Arguments arguments) {
        queue.activate(tasks.held(), caller.user());
        return Answer.withReason("Restore queue processing initiated");
    }

    private Answer isActive(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("is_active", active(accounts.namesVisibleTo(caller)));
        return Answer.ok(data);
    }

    /// A task that was released counts even while it waits for a worker: a client that polls for
    /// the end must not take that moment for it.
    private int active(Predicate<String> visible) {
        return tasks.list(RUNNING, visible).isEmpty() ? 0 : 1;
    }

    private Answer state(Caller caller, Arguments arguments) throws WhmException {
        List<RestoreTask> all = tasks.list(RestoreTasks.ANY, accounts.namesVisibleTo(caller));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("active", entries(all, task -> task.job().state() == JobState.ACTIVE));
        data.set("pending", entries(all, RestoreTask::isPending));
        data.set("completed", entries(all, RestoreTask::isEnded));
        boolean active = all.stream().anyMatch(task -> RUNNING.contains(task.job().state()));
        data.put("is_active", active ? 1 : 0);
        return Answer.ok(data);
    }

    private WhmFunction.Body pendingList() {
        return (caller, _) -> jobs(caller, RestoreTasks.PENDING, RestoreTaskView::entry);
    }

    private WhmFunction.Body activeList() {
        return (caller, _) -> jobs(caller, RestoreTasks.ACTIVE, RestoreTaskView::entry);
    }

    private Answer listCompleted(Caller caller, Arguments arguments) throws WhmException {
        return jobs(caller, RestoreTasks.ENDED, RestoreTaskView::ended);
    }

    private Answer jobs(Caller caller, Set<JobState> states, Function<RestoreTask, ObjectNode> view)
            throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set(
                "restore_job",
                RestoreTaskView.list(tasks.list(states, accounts.namesVisibleTo(caller)), view));
        return Answer.ok(data);
    }

    private Answer clearPending(Caller caller, Arguments arguments) throws WhmException {
        return clear(caller, RestoreTask::isPending);
    }

    private WhmFunction.Body clearing(Predicate<RestoreTask> which) {
        return (caller, _) -> clear(caller, which);
    }

    private Answer clear(Caller caller, Predicate<RestoreTask> which) throws WhmException {
        List<RestoreTask> all = tasks.list(RestoreTasks.ANY, accounts.namesVisibleTo(caller));
        tasks.remove(all.stream().filter(which).toList(), caller.user());
        return Answer.ok();
    }

    private Answer clearPendingOf(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.text("user");
        List<RestoreTask> found = tasks.ofUser(RestoreTasks.PENDING, user);
        if (tasks.remove(found, caller.user()) == 0) {
            throw WhmException.refused(
                    "There is no pending restore task for " + Text.quoted(user) + ".");
        }
        return Answer.ok();
    }

    private Answer clearCompletedOf(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.text("user");
        long start = arguments.number("start_time");
        List<RestoreTask> found =
                tasks.ofUser(RestoreTasks.ENDED, user).stream()
                        .filter(task -> task.started().getEpochSecond() == start)
                        .toList();
        if (tasks.remove(found, caller.user()) == 0) {
            throw WhmException.refused(
                    "There is no completed restore task for "
                            + Text.quoted(user)
                            + " that began at "
                            + start
                            + ".");
        }
        return Answer.ok();
    }

    private static ArrayNode entries(List<RestoreTask> all, Predicate<RestoreTask> which) {
        return RestoreTaskView.list(all.stream().filter(which).toList(), RestoreTaskView::entry);
    }
}
