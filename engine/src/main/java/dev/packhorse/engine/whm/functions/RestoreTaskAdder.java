package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.job.OtherCopies;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Adds tasks to the restore queue: at most one that waits for each user.
final class RestoreTaskAdder {
    private final RestoreTasks tasks;
    private final RestoreEnqueuer enqueuer;
    private final Catalog catalog;
    private final Accounts accounts;
    private final Destinations destinations;

    /// Looking for a waiting task and adding one must be one step. The queue's unique key makes it
    /// one across processes; this lock gives callers of one process the better answer.
    private final ReentrantLock adding = new ReentrantLock();

    RestoreTaskAdder(
            RestoreTasks tasks,
            RestoreEnqueuer enqueuer,
            Catalog catalog,
            Accounts accounts,
            Destinations destinations) {
        this.tasks = tasks;
        this.enqueuer = enqueuer;
        this.catalog = catalog;
        this.accounts = accounts;
        this.destinations = destinations;
    }

    Answer add(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        SlotName slot = Values.slot(arguments, "restore_point");
        DestinationId destination = Values.destination(arguments, "destid");
        requireKnown(user);
        destinations.requireKnown(destination);
        requirePoint(user, destination, slot);
        adding.lock();
        try {
            return enqueue(caller, arguments(arguments, user, destination, slot));
        } finally {
            adding.unlock();
        }
    }

    private Answer enqueue(Caller caller, RestoreArguments wanted) throws WhmException {
        String user = wanted.account();
        if (tasks.pendingOf(user).isPresent()) {
            throw alreadyPending(user);
        }
        RestoreEnqueuer.Accepted accepted =
                enqueuer.enqueue(
                        new RestoreEnqueuer.Wanted(
                                caller.user(), "userbackup", uniqueKey(user), true),
                        wanted);
        if (!accepted.enqueued().added()) {
            throw alreadyPending(user);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("queue_id", accepted.enqueued().id().value());
        return Answer.ok(data);
    }

    /// One task may wait while another of the same user runs, so the key names the one that runs:
    /// two that wait would have the same key, one that waits and one that runs never do.
    private String uniqueKey(String user) {
        String running =
                tasks.ofUser(RestoreTasks.ACTIVE, user).stream()
                        .map(task -> task.job().id().value())
                        .findFirst()
                        .orElse("none");
        return "restore-queue:" + user + ":after-" + running;
    }

    private void requireKnown(AccountName user) throws WhmException {
        if (accounts.find(user).isEmpty() && catalog.ofAccount(user).isEmpty()) {
            throw Text.noUser(user.value());
        }
    }

    private void requirePoint(AccountName user, DestinationId destination, SlotName slot)
            throws WhmException {
        if (catalog.find(user, destination, slot).isEmpty()) {
            Optional<String> damaged = new OtherCopies(catalog).explain(user, destination, slot);
            if (damaged.isPresent()) {
                throw WhmException.failure(Text.sentence(damaged.get()));
            }
            throw WhmException.failure(
                    "There is no restore point of "
                            + Text.quoted(user.value())
                            + " for "
                            + slot
                            + " at destination "
                            + Text.quoted(destination.value())
                            + ".");
        }
    }

    private static RestoreArguments arguments(
            Arguments arguments, AccountName user, DestinationId destination, SlotName slot) {
        return new RestoreArguments(
                user.value(),
                slot.toString(),
                destination.value(),
                "",
                RestoreArguments.Origin.QUEUE,
                arguments.flag("give_ip"),
                arguments.flag("mail_config"),
                arguments.flag("mysql"),
                arguments.flag("subdomains"),
                List.of(),
                List.of(),
                false,
                false,
                "");
    }

    private static WhmException alreadyPending(String user) {
        return WhmException.refused(
                "A restore task for "
                        + Text.quoted(user)
                        + " is pending already; activate or clear it first.");
    }
}
