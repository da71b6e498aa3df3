package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import java.time.LocalDate;

/// Asks for drills; one is at work at a time on a server.
///
/// @param node the server whose accounts are tried
public record DrillRequests(JobQueue queue, String node) {
    /// Asks for the drills of a day, once for each day.
    ///
    /// @param count how many accounts
    public void ofDay(int count, LocalDate day) {
        JobRequest request =
                request(new DrillArguments("", count, ""), "schedule")
                        .withPriority(JobRequest.Priority.SCHEDULED);
        queue.fireSlot("drill@" + node, day.toString(), request);
    }

    /// A drill that somebody asks for.
    ///
    /// @param owner who asks
    public JobRequest request(DrillArguments arguments, String owner) {
        String subject = arguments.account().isEmpty() ? "drill" : arguments.account();
        return JobRequest.of(JobKind.DRILL, subject, owner, JobJson.write(arguments))
                .withUniqueKey("drill:" + node + ":" + arguments.account())
                .withExclusiveKey("drill:" + node)
                .onNode(node);
    }
}
