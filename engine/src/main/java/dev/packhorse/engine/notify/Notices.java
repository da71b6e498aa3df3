package dev.packhorse.engine.notify;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where parts of the program say what happened. What is told becomes a NOTIFY job for each channel
/// whose threshold it reaches, so that it is delivered even if the daemon ends meanwhile. The same
/// event about the same subject is told again only after the repeat time. Safe for many threads.
public final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final int ATTEMPTS = 8;
    private static final int PRIORITY = 20;
    private static final int MAX_SUBJECT = 200;

    private final ImportanceStore importances;
    private final List<Route> routes;
    private final Duration repeat;
    private final JobQueue queue;
    private final String node;

    /// A channel, and from which level on it is told.
    ///
    /// @param threshold the least urgent level that is still told
    public record Route(ChannelName channel, Importance threshold) {}

    /// @param repeat how long the same event about the same subject is not told again
    /// @param node the server whose files the channels need
    public Notices(
            ImportanceStore importances,
            List<Route> routes,
            Duration repeat,
            JobQueue queue,
            String node) {
        this.importances = importances;
        this.routes = List.copyOf(routes);
        this.repeat = repeat;
        this.queue = queue;
        this.node = node;
    }

    /// Tells at once. Never throws: what cannot be told is in the program's log.
    public void tell(Notice notice) {
        var _ = told(notice);
    }

    /// As [#tell], for a state that goes on.
    ///
    /// @return whether somebody is told now: false if it was told lately, is still on its way, or
    ///   nobody wants it
    public boolean told(Notice notice) {
        try {
            boolean told = false;
            for (JobRequest request : requests(notice)) {
                told |= queue.enqueue(request).added();
            }
            return told;
        } catch (QueueException e) {
            LOG.atWarn()
                    .addKeyValue("event", notice.name())
                    .setCause(e)
                    .log("a notification could not be put into the queue");
            return false;
        }
    }

    /// The jobs that tell, for a transaction that ends another job; empty if nobody is to be told.
    public List<JobRequest> requests(Notice notice) {
        Importance importance = importance(notice);
        List<JobRequest> requests = new ArrayList<>();
        for (Route route : routes) {
            if (reaches(importance, route.threshold()) && !wasTold(route.channel(), notice)) {
                requests.add(request(route.channel(), notice, importance));
            }
        }
        return requests;
    }

    /// How long the same event about the same subject is not told again.
    public Duration repeat() {
        return repeat;
    }

    private static boolean reaches(Importance importance, Importance threshold) {
        return importance != Importance.DISABLED && importance.number() <= threshold.number();
    }

    /// A damaged file of levels must not keep an alarm back.
    private Importance importance(Notice notice) {
        try {
            return importances.of(notice.app(), notice.event());
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the levels of notifications cannot be read");
            return Importance.HIGH;
        }
    }

    private boolean wasTold(ChannelName channel, Notice notice) {
        Instant since = queue.now().minus(repeat);
        JobFilter filter =
                new JobFilter(
                        Set.of(JobKind.NOTIFY),
                        EnumSet.complementOf(EnumSet.of(JobState.FAILED, JobState.CANCELLED)),
                        Optional.of(owner(channel)),
                        Optional.of(subject(notice)),
                        1);
        List<Job> newest = queue.list(filter);
        return newest.stream().anyMatch(job -> job.createdAt().isAfter(since));
    }

    private JobRequest request(ChannelName channel, Notice notice, Importance importance) {
        NotifyArguments arguments = NotifyArguments.of(channel, notice, importance, queue.now());
        return JobRequest.of(
                        JobKind.NOTIFY,
                        subject(notice),
                        owner(channel),
                        NotifyJson.write(arguments))
                .withPriority(PRIORITY)
                .withUniqueKey(owner(channel) + ":" + subject(notice))
                .withMaxAttempts(ATTEMPTS)
                .onNode(node);
    }

    private static String owner(ChannelName channel) {
        return "notify:" + channel.word();
    }

    private static String subject(Notice notice) {
        String subject = notice.name() + " " + notice.subject();
        return subject.length() > MAX_SUBJECT ? subject.substring(0, MAX_SUBJECT) : subject;
    }
}
