package dev.packhorse.engine.job;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks for prunes: a job for each place, so that one that is down holds nobody up. The same asked
/// again while it waits is the same job.
public final class PruneRequests {
    private static final Logger LOG = LoggerFactory.getLogger(PruneRequests.class);

    private final PrunePlanner planner;
    private final String node;

    /// @param node the server whose points are pruned
    public PruneRequests(PrunePlanner planner, String node) {
        this.planner = planner;
        this.node = node;
    }

    /// The prunes that follow a run which has ended. If the destinations cannot be read, which is
    /// logged, none: the run is no worse for it.
    public List<JobRequest> after(Job run) {
        List<JobRequest> requests = new ArrayList<>();
        try {
            for (Map.Entry<DestinationId, String> place : planner.places().entrySet()) {
                PruneArguments arguments =
                        new PruneArguments(
                                place.getKey().value(),
                                "",
                                false,
                                false,
                                false,
                                run.id().value(),
                                "");
                requests.add(
                        request(arguments, place.getValue(), RunHandler.ownerOf(run.id()))
                                .withPriority(run.request().priority()));
            }
        } catch (IOException e) {
            LOG.atError().setCause(e).log("nothing is pruned after this run");
        }
        return requests;
    }

    /// The exclusive key of what prunes a place and of what takes points up from there: no plan is
    /// carried out that was made of some of them.
    public static String lane(DestinationId place) {
        return "prune:" + place;
    }

    /// A prune that somebody asks for. One that was confirmed before points were taken up is
    /// another than one that was confirmed since: who confirms has looked at a plan of that moment.
    ///
    /// @param name the name of the place
    /// @param owner who asks
    public JobRequest request(PruneArguments arguments, String name, String owner) {
        DestinationId id = new DestinationId(arguments.destination());
        String place = lane(id);
        String how =
                (arguments.confirm() ? "c" + takenUp(id) : "")
                        + (arguments.force() ? "f" : "")
                        + (arguments.forgetMissing() ? "m" : "");
        return JobRequest.of(JobKind.PRUNE, name, owner, JobJson.write(arguments))
                .withUniqueKey(place + ":" + how + ":" + arguments.account())
                .withExclusiveKey(place)
                .onNode(node);
    }

    /// Where the record cannot be read the prune itself stops and says so.
    private String takenUp(DestinationId id) {
        try {
            return planner.record().adopted(id).map(at -> "" + at.toEpochMilli()).orElse("");
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the record of pruning cannot be read");
            return "";
        }
    }
}
