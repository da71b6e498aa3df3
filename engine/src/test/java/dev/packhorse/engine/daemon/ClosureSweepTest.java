package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.account.AccountClosure;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.job.OpenRestores;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.DiskQuota;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restore that was killed has left an account closed and its limit lifted. Needs root, for files
/// of other users.
class ClosureSweepTest {
    private static final AccountName ALICE = new AccountName("alice");
    private static final DiskQuota LIMIT = new DiskQuota(2_048, 1_024, 20, 10);

    @TempDir private Path folder;

    private Instant now = Instant.parse("2026-03-07T02:00:00Z");
    private final InstantSource clock = () -> now;
    private final One limits = new One();
    private HostServices services;
    private Store store;
    private JdbcJobQueue queue;
    private ClosureSweep sweep;

    /// The limit of the one account.
    private static final class One implements DiskLimits {
        private DiskQuota now = LIMIT;
        private boolean refuses;

        @Override
        public Optional<DiskQuota> find(Account account, Path home) {
            return Optional.of(now);
        }

        @Override
        public void set(Account account, Path home, DiskQuota quota) throws IOException {
            if (refuses) {
                throw new IOException("operation not permitted");
            }
            now = quota;
        }
    }

    @BeforeEach
    void close() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        HostRoot root = new HostRoot(folder.resolve("server"));
        DemoServer.write(root.folder(), 20);
        services =
                new HostServices(
                        root,
                        new CpanelAccountDirectory(root),
                        DemoServer.HOSTNAME,
                        Optional.empty());
        store = TestStore.h2(Files.createDirectories(folder.resolve("store")));
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        sweep = new ClosureSweep(new OpenRestores(queue), services, limits, clock);
        assertThat(AccountClosure.of(services, ALICE).close(limits)).isEmpty();
        assertThat(expiry()).hasValue(1);
        assertThat(limits.now).isEqualTo(DiskQuota.NONE);
    }

    @AfterEach
    void closeStore() throws Exception {
        if (store != null) {
            store.close();
        }
    }

    private OptionalLong expiry() throws Exception {
        return new UserDatabase(services.root()).expiryDay("alice");
    }

    @Test
    void oneWithoutARestoreIsOpened() throws Exception {
        queue.enqueue(JobRequest.of(JobKind.RESTORE, "bob", "root", "{}"));
        queue.enqueue(JobRequest.of(JobKind.RESTORE, "alice", "root", "{}"));

        sweep.run();

        assertThat(expiry()).as("a restore that has not begun closed nothing").isEmpty();
        assertThat(limits.now).isEqualTo(LIMIT);
        assertThat(AccountClosure.all(services)).isEmpty();
    }

    @Test
    void aRestoreThatRunsOrGoesOnKeepsItClosed() throws Exception {
        JobId id = queue.enqueue(JobRequest.of(JobKind.RESTORE, "alice", "root", "{}")).id();
        Lease lease =
                queue.claim("worker", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(5))
                        .orElseThrow();
        sweep.run();
        assertThat(expiry()).hasValue(1);

        queue.mark(lease, Optional.of("{}"));
        sweep.run();
        assertThat(limits.now).isEqualTo(DiskQuota.NONE);

        queue.finish(lease, new JobOutcome.Cancelled("{}"), FollowUp.NONE);
        assertThat(queue.find(id)).isPresent();
        sweep.run();

        assertThat(expiry()).isEmpty();
        assertThat(limits.now).isEqualTo(LIMIT);
    }

    @Test
    void aRestoreThatIsCancelledWhileItWaitsOpensIt() throws Exception {
        JobId id = queue.enqueue(JobRequest.of(JobKind.RESTORE, "alice", "root", "{}")).id();
        Lease lease =
                queue.claim("worker", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(5))
                        .orElseThrow();
        queue.mark(lease, Optional.of("{}"));
        queue.finish(
                lease,
                new JobOutcome.RetryAfter(Duration.ofHours(1), "the disk is away"),
                FollowUp.NONE);
        sweep.run();
        assertThat(expiry()).hasValue(1);

        assertThat(queue.requestCancel(id, "root")).isTrue();
        sweep.run();

        assertThat(expiry()).isEmpty();
        assertThat(limits.now).isEqualTo(LIMIT);
    }

    @Test
    void aLimitThatCannotBeGivenBackIsTriedForADayAndTheLoginIsOpen() throws Exception {
        limits.refuses = true;
        sweep.run();
        assertThat(expiry()).isEmpty();

        now = now.plus(Duration.ofHours(23));
        sweep.run();
        assertThat(AccountClosure.all(services)).containsExactly(ALICE);

        now = now.plus(Duration.ofHours(1));
        sweep.run();
        assertThat(AccountClosure.all(services)).isEmpty();
    }
}
