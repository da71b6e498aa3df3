package dev.packhorse.engine.simulation;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// One run of one job, cut into steps between which anything may happen: other workers, the death
/// of this one, the end of its lease.
final class SimulatedWorker {
    static final List<String> ACCOUNTS = List.of("anna", "bert", "cora");
    private static final int STEPS = 3;

    final Lease lease;
    private final String node;
    private final Map<DestinationId, SimulatedPlace> places;
    private final String sha256;
    private int step;

    SimulatedWorker(
            Lease lease, String node, Map<DestinationId, SimulatedPlace> places, Random random) {
        this.lease = lease;
        this.node = node;
        this.places = places;
        // Archives of one account and date differ from run to run.
        this.sha256 = Long.toHexString(random.nextLong() | Long.MIN_VALUE).repeat(4);
    }

    /// What a job is about.
    record Subject(String account, String date, String sha256) {
        static String json(String account, String date, String sha256) {
            return JobJson.write(new Subject(account, date, sha256));
        }

        static Subject of(Job job) {
            return JobJson.read(job.request().arguments(), Subject.class);
        }

        ObjectKey key() {
            return new ObjectKey(date + "/accounts/" + account + ".tar.gz");
        }
    }

    Job job() {
        return lease.job();
    }

    /// Does the next piece of work.
    ///
    /// @return whether the work is done, and the end is to be written down
    boolean work() {
        step++;
        Subject subject = Subject.of(job());
        if (step == 2 && job().request().kind() == JobKind.BACKUP) {
            place(DestinationId.LOCAL).put(subject.key().value(), sha256);
        }
        if (step == 2 && job().request().kind() == JobKind.UPLOAD) {
            DestinationId far = new DestinationId(job().request().owner());
            place(far).put(subject.key().value(), subject.sha256());
        }
        return step >= STEPS;
    }

    SimulatedPlace place(DestinationId id) {
        SimulatedPlace place = places.get(id);
        if (place == null) {
            throw new IllegalStateException("there is no place " + id);
        }
        return place;
    }

    /// What follows a run that succeeded.
    FollowUp followUp(List<DestinationId> far, Instant now) {
        Subject subject = Subject.of(job());
        return switch (job().request().kind()) {
            case RUN -> new FollowUp(List.of(), backups(subject.date()));
            case BACKUP ->
                    new FollowUp(
                            List.of(point(subject, DestinationId.LOCAL, sha256, now)),
                            uploads(subject, far));
            case UPLOAD ->
                    new FollowUp(
                            List.of(
                                    point(
                                            subject,
                                            new DestinationId(job().request().owner()),
                                            subject.sha256(),
                                            now)),
                            List.of());
            default -> FollowUp.NONE;
        };
    }

    private List<JobRequest> backups(String date) {
        List<JobRequest> backups = new ArrayList<>();
        for (String account : ACCOUNTS) {
            backups.add(backup(account, date).onNode(node));
        }
        return backups;
    }

    static JobRequest backup(String account, String date) {
        return JobRequest.of(JobKind.BACKUP, account, "root", Subject.json(account, date, ""))
                .withUniqueKey("backup:" + date + ":" + account)
                .withExclusiveKey("account:" + account);
    }

    private List<JobRequest> uploads(Subject subject, List<DestinationId> far) {
        List<JobRequest> uploads = new ArrayList<>();
        for (DestinationId id : far) {
            uploads.add(
                    JobRequest.of(
                                    JobKind.UPLOAD,
                                    subject.account(),
                                    id.value(),
                                    Subject.json(subject.account(), subject.date(), sha256))
                            .withUniqueKey("upload:" + id + ":" + subject.key() + ":" + sha256)
                            .withExclusiveKey("upload:" + id + ":" + subject.account()));
        }
        return uploads;
    }

    private RestorePoint point(Subject subject, DestinationId id, String digest, Instant now) {
        return point(subject, id, digest, now, node);
    }

    static RestorePoint point(
            Subject subject, DestinationId id, String digest, Instant now, String node) {
        return new RestorePoint(
                new AccountName(subject.account()),
                id,
                Tier.DAILY,
                LocalDate.parse(subject.date()),
                subject.key(),
                10,
                digest,
                now,
                node);
    }

    /// An end, drawn.
    static JobOutcome outcome(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> new JobOutcome.Failed("{}", "failed");
            case 1 -> new JobOutcome.RetryAfter(Duration.ofSeconds(random.nextInt(300)), "later");
            case 2 -> new JobOutcome.Snoozed(Duration.ofSeconds(random.nextInt(300)), "not now");
            case 3 -> new JobOutcome.HandedBack();
            case 4 -> new JobOutcome.Partial("{}", "warnings");
            default -> new JobOutcome.Succeeded("{}");
        };
    }
}
