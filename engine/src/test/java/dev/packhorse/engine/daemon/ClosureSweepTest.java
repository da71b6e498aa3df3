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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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

    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-07T02:00:00Z"));
    private final One limits = new One();
    private HostServices services;
    private Store store;
    private JdbcJobQueue queue;
    private ClosureSweep sweep;
    private String hash;

    /// The limit of the one account.
    private static final class One implements DiskLimits {
        private DiskQuota now = LIMIT;

        @Override
        public Optional<DiskQuota> find(Account account, Path home) {
            return Optional.of(now);
        }

        @Override
        public void set(Account account, Path home, DiskQuota quota) {
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
        sweep = new ClosureSweep(queue, services, limits);
        hash = hash();
        assertThat(AccountClosure.of(services, ALICE).close(limits)).isEmpty();
        assertThat(hash()).isEqualTo("!" + hash);
        assertThat(limits.now).isEqualTo(DiskQuota.NONE);
    }

    @AfterEach
    void closeStore() throws Exception {
        if (store != null) {
            store.close();
        }
    }

    private String hash() throws Exception {
        return new UserDatabase(services.root()).passwordHash("alice").orElseThrow();
    }

    @Test
    void oneWithoutARestoreIsOpened() throws Exception {
        queue.enqueue(JobRequest.of(JobKind.RESTORE, "bob", "root", "{}"));
        queue.enqueue(JobRequest.of(JobKind.RESTORE, "alice", "root", "{}"));

        sweep.run();

        assertThat(hash()).as("a restore that has not begun closed nothing").isEqualTo(hash);
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
        assertThat(hash()).isEqualTo("!" + hash);

        queue.mark(lease, Optional.of("{}"));
        sweep.run();
        assertThat(limits.now).isEqualTo(DiskQuota.NONE);

        queue.finish(lease, new JobOutcome.Cancelled("{}"), FollowUp.NONE);
        assertThat(queue.find(id)).isPresent();
        sweep.run();

        assertThat(hash()).isEqualTo(hash);
        assertThat(limits.now).isEqualTo(LIMIT);
    }
}
