package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.QuietHours;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
    private static final Instant NOON = Instant.parse("2026-03-07T12:00:00Z");

    @TempDir private Path folder;

    private static JobContext job(int priority) {
        Job job =
                new Job(
                        JobId.random(),
                        JobRequest.of(JobKind.BACKUP, "demo", "run:1", "{}").withPriority(priority),
                        JobState.ACTIVE,
                        NOON,
                        Optional.of(NOON),
                        Optional.empty(),
                        1,
                        1,
                        Optional.of("worker"),
                        false,
                        "{}",
                        Optional.empty(),
                        "{}",
                        "");
        return new TestJob(new Lease(job, "worker", 1, NOON), Cancellation.never());
    }

    private Admission admission(String quiet, int pressure) {
        return new Admission(
                QuietHours.parse(quiet),
                ZoneOffset.UTC,
                pressure,
                folder.resolve("io"),
                InstantSource.fixed(NOON));
    }

    private Optional<JobOutcome> scheduled(Admission admission) {
        return admission.deferral(job(JobRequest.Priority.SCHEDULED).lease().job());
    }

    private void pressure(String average) throws Exception {
        Files.writeString(
                folder.resolve("io"),
                "some avg10=99.00 avg60=%s avg300=1.00 total=1\nfull avg10=99.00 avg60=99.00 avg300=1.00 total=1\n"
                        .formatted(average));
    }

    @Test
    void scheduledWorkWaitsInQuietHoursAndLooksAgainSoon() {
        assertThat(scheduled(admission("11:00-12:05", 0)))
                .hasValueSatisfying(end ->
                        assertThat(end)
                                .isEqualTo(
                                        new JobOutcome.Snoozed(
                                                Duration.ofMinutes(5), "these are quiet hours")));
        assertThat(scheduled(admission("11:00-18:00", 0)))
                .hasValueSatisfying(end ->
                        assertThat(((JobOutcome.Snoozed) end).delay())
                                .isEqualTo(Duration.ofMinutes(10)));
        assertThat(scheduled(admission("13:00-18:00", 0))).isEmpty();
    }

    @Test
    void whatSomebodyAskedForDoesNotWait() {
        Job manual = job(JobRequest.Priority.MANUAL).lease().job();
        assertThat(admission("11:00-18:00", 0).deferral(manual)).isEmpty();
    }

    @Test
    void scheduledWorkWaitsWhileDisksAreTheBottleneck() throws Exception {
        Admission admission = admission("", 40);
        assertThat(scheduled(admission)).isEmpty();
        pressure("39.99");
        assertThat(scheduled(admission)).isEmpty();
        pressure("40.00");
        assertThat(scheduled(admission)).isPresent();
        assertThat(scheduled(admission("", 0))).isEmpty();
    }

    @Test
    void aDeferredJobDoesNotRunAndAnAdmittedOneDoes() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        JobHandler counting =
                new JobHandler() {
                    @Override
                    public JobKind kind() {
                        return JobKind.BACKUP;
                    }

                    @Override
                    public Ended run(JobContext context) {
                        runs.incrementAndGet();
                        return Ended.with(new JobOutcome.Succeeded("{}"));
                    }
                };
        JobContext job = job(JobRequest.Priority.SCHEDULED);
        assertThat(
                        new AdmittedHandler(counting, admission("11:00-18:00", 0), false)
                                .run(job)
                                .outcome())
                .isInstanceOf(JobOutcome.Snoozed.class);
        assertThat(runs).hasValue(0);
        assertThat(new AdmittedHandler(counting, admission("", 0), true).run(job).outcome())
                .isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(runs).hasValue(1);
    }
}
