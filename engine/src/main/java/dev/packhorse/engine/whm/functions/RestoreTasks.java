package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The jobs that came through the restore queue of the API; restores that came through other doors
/// are not among them.
final class RestoreTasks {
    static final Set<JobState> PENDING = Set.of(JobState.HELD, JobState.PENDING);
    static final Set<JobState> ACTIVE = Set.of(JobState.ACTIVE);
    static final Set<JobState> ENDED =
            Arrays.stream(JobState.values())
                    .filter(state -> !state.isOpen())
                    .collect(Collectors.toUnmodifiableSet());
    static final Set<JobState> ANY = Set.of();

    private final JobQueue queue;
    private final SessionJobs sessions;

    RestoreTasks(JobQueue queue, SessionJobs sessions) {
        this.queue = queue;
        this.sessions = sessions;
    }

    /// The tasks in these states whose user a caller may see.
    List<RestoreTask> list(Set<JobState> states, Predicate<String> visible) {
        return list(JobFilter.of(Set.of(JobKind.RESTORE), states), visible);
    }

    /// The tasks of one user.
    List<RestoreTask> ofUser(Set<JobState> states, String user) {
        return list(JobFilter.of(Set.of(JobKind.RESTORE), states).about(user), _ -> true);
    }

    /// The tasks that wait for the queue's activation.
    Set<JobId> held() {
        return list(Set.of(JobState.HELD), _ -> true).stream()
                .map(task -> task.job().id())
                .collect(Collectors.toUnmodifiableSet());
    }

    Optional<RestoreTask> pendingOf(String user) {
        return ofUser(PENDING, user).stream().findFirst();
    }

    int remove(List<RestoreTask> tasks, String by) {
        Set<JobId> ids = tasks.stream().map(task -> task.job().id()).collect(Collectors.toSet());
        int removed = ids.isEmpty() ? 0 : queue.remove(ids, by);
        sessions.noteEnds(tasks.stream().map(RestoreTask::job).toList(), removed);
        return removed;
    }

    private List<RestoreTask> list(JobFilter filter, Predicate<String> visible) {
        List<RestoreTask> tasks = new ArrayList<>();
        queue.forEach(
                filter,
                job -> {
                    RestoreTask task = RestoreTask.of(job);
                    if (task.isOfQueue() && visible.test(task.arguments().account())) {
                        tasks.add(task);
                    }
                });
        return tasks;
    }
}
