package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.faults.RecordedDisk;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power that goes while workers use the store: what the queue acknowledged is there afterwards,
/// each job in one state, and every row can be changed again. More of it:
/// `-Dpackhorse.power.cuts=2000`.
class H2PowerCutTest {
    private static final int CUTS = Integer.getInteger("packhorse.power.cuts", 24);
    private static final int WORKERS = 3;
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir private Path folder;
    private final List<Fact> facts = Collections.synchronizedList(new ArrayList<>());

    /// Something that the queue acknowledged.
    ///
    /// @param mark after how many changes of the disk
    /// @param events how many moves the job had then, at least
    private record Fact(int mark, JobId job, int events, Optional<RestorePoint> point) {}

    private static JdbcJobQueue queue(Store store, SettableClock clock) {
        return new JdbcJobQueue(store, clock, WorkListener.none());
    }

    @Test
    void whatTheQueueAcknowledgedOutlivesThePower() throws Exception {
        Path plain = Files.createDirectory(folder.resolve("disk"));
        RecordedDisk disk = RecordedDisk.of(plain);
        int opened;
        try (Store store = RecordedPath.open(plain, disk.root())) {
            opened = disk.now();
            work(queue(store, SettableClock.somewhere()), disk, 12);
        }
        // Odd, so that cuts fall before syncs and after them.
        int step = (disk.now() - opened) * 3 / CUTS | 1;
        int cuts = disk.cut(opened, step, 3, folder, this::assertNothingLost);
        System.out.printf("figure: %d power cuts, %d acknowledged moves%n", cuts, facts.size());
        assertThat(cuts).isGreaterThanOrEqualTo(CUTS / 2);
        assertThat(facts).hasSize(3 * 12 * WORKERS);
    }

    /// No step is left half done that keeps the next start from making the tables.
    @Test
    void aFirstStartThatIsCutOffCanBeDoneAgain() throws Exception {
        Path plain = Files.createDirectory(folder.resolve("disk"));
        RecordedDisk disk = RecordedDisk.of(plain);
        JobId job;
        try (Store store = RecordedPath.open(plain, disk.root())) {
            job = queue(store, SettableClock.somewhere()).enqueue(JobQueueContract.run()).id();
        }
        facts.add(new Fact(disk.now(), job, 1, Optional.empty()));
        int step = disk.now() * 2 / CUTS | 1;
        disk.cut(0, step, 2, folder, this::assertNothingLost);
    }

    @Test
    void anUpgradeThatIsCutOffCanBeDoneAgain() throws Exception {
        Path plain = Files.createDirectory(folder.resolve("disk"));
        String url = H2Address.parse(StoreSettings.h2(plain.resolve("queue")).url()).url();
        Flyway.configure()
                .dataSource(url, "packhorse", "")
                .locations("classpath:db/migration")
                .target("1")
                .load()
                .migrate();
        RecordedDisk disk = RecordedDisk.of(plain);
        int upgraded;
        try (Store _ = RecordedPath.open(plain, disk.root())) {
            upgraded = disk.now();
        }
        int step = upgraded * 2 / CUTS | 1;
        disk.cut(0, step, 2, folder, this::assertNothingLost);
    }

    private void work(JdbcJobQueue queue, RecordedDisk disk, int jobs) throws Exception {
        List<Thread> workers = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < WORKERS; i++) {
            String worker = "w" + i;
            Thread thread = Thread.ofPlatform().unstarted(() -> workOff(queue, disk, worker, jobs));
            thread.setUncaughtExceptionHandler((_, failure) -> failures.add(failure));
            thread.start();
            workers.add(thread);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        assertThat(failures).isEmpty();
    }

    private void workOff(JdbcJobQueue queue, RecordedDisk disk, String worker, int jobs) {
        for (int i = 0; i < jobs; i++) {
            String account = worker + "a" + i;
            JobId id = queue.enqueue(JobQueueContract.backup(account)).id();
            facts.add(new Fact(disk.now(), id, 1, Optional.empty()));
            Lease lease = queue.claim(worker, "node", Set.of(JobKind.BACKUP), LEASE).orElseThrow();
            JobId mine = lease.job().id();
            facts.add(new Fact(disk.now(), mine, 2, Optional.empty()));
            RestorePoint point = CatalogContract.newest(lease.job().request().subject());
            try {
                queue.finish(
                        lease,
                        new JobOutcome.Succeeded("{}"),
                        new FollowUp(List.of(point), List.of()));
            } catch (LeaseLostException e) {
                throw new IllegalStateException(e);
            }
            facts.add(new Fact(disk.now(), mine, 3, Optional.of(point)));
        }
    }

    private void assertNothingLost(Path root, int made) throws StoreException {
        try (Store store = TestStore.h2(root)) {
            SettableClock clock = SettableClock.somewhere();
            JdbcJobQueue queue = queue(store, clock);
            JdbcCatalog catalog = new JdbcCatalog(store);
            List<Fact> held = facts.stream().filter(fact -> fact.mark() <= made).toList();
            for (Fact fact : held) {
                assertThat(queue.find(fact.job())).as("%s", fact).isPresent();
                assertThat(queue.events(fact.job()))
                        .as("%s", fact)
                        .hasSizeGreaterThanOrEqualTo(fact.events());
                fact.point()
                        .ifPresent(point ->
                                assertThat(
                                                catalog.ofAccount(
                                                        new AccountName(point.account().value())))
                                        .contains(point));
            }
            queue.list(JobFilter.of(Set.of(), Set.of()))
                    .forEach(job -> assertOneStory(queue.events(job.id()), job.state()));
            clock.advance(LEASE.multipliedBy(30));
            assertEverythingCanBeDone(queue);
        }
    }

    /// Each move begins where the one before ended, and the last one where the job is.
    private static void assertOneStory(List<JobEvent> events, JobState state) {
        Optional<JobState> at = Optional.empty();
        for (JobEvent event : events) {
            assertThat(event.from()).isEqualTo(at);
            at = Optional.of(event.to());
        }
        assertThat(at).contains(state);
    }

    private static void assertEverythingCanBeDone(JdbcJobQueue queue) {
        queue.reclaimExpired();
        queue.enqueue(JobQueueContract.backup("after"));
        Optional<Lease> lease = queue.claim("w", "node", Set.of(JobKind.values()), LEASE);
        while (lease.isPresent()) {
            try {
                queue.finish(lease.get(), new JobOutcome.Succeeded("{}"), FollowUp.NONE);
            } catch (LeaseLostException e) {
                throw new IllegalStateException(e);
            }
            lease = queue.claim("w", "node", Set.of(JobKind.values()), LEASE);
        }
        assertThat(
                        queue.count(
                                JobFilter.of(
                                        Set.of(),
                                        Set.of(JobState.PENDING, JobState.ACTIVE, JobState.HELD))))
                .isZero();
    }
}
