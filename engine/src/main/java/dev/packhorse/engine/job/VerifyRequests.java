package dev.packhorse.engine.job;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import java.time.LocalDate;

/// Asks for verifications: a job for each place, so that one that is down holds nobody up. The same
/// asked again while it waits is the same job.
///
/// @param node the server whose copies are verified
public record VerifyRequests(JobQueue queue, String node) {
    /// Asks for the verification of a day, once for each day and place whoever asks, and however
    /// often.
    ///
    /// @param name the name of the place
    public void ofDay(DestinationId place, String name, LocalDate day) {
        JobRequest request =
                request(VerifyArguments.ofDay(place.value()), name, "schedule")
                        .withPriority(JobRequest.Priority.SCHEDULED);
        queue.fireSlot("verify:" + place + "@" + node, day.toString(), request);
    }

    /// A verification that somebody asks for.
    ///
    /// @param name the name of the place
    /// @param owner who asks
    public JobRequest request(VerifyArguments arguments, String name, String owner) {
        String place = "verify:" + node + ":" + arguments.destination();
        String what =
                arguments.account()
                        + ":"
                        + arguments.date()
                        + ":"
                        + (arguments.everything() ? "all" : "");
        return JobRequest.of(JobKind.VERIFY, name, owner, JobJson.write(arguments))
                .withUniqueKey(place + ":" + what)
                .withExclusiveKey(place)
                .onNode(node);
    }
}
