package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.run.WorkSignal;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJobsTest {
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");

    @TempDir private Path folder;
    private Store store;
    private JdbcJobQueue queue;
    private JdbcCatalog catalog;
    private RunJobs jobs;

    private record Accounts(List<AccountName> names) implements AccountDirectory {
        @Override
        public String source() {
            return "list";
        }

        @Override
        public Optional<Account> find(AccountName name) {
            return Optional.empty();
        }
    }

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, InstantSource.fixed(NOW), new WorkSignal());
        catalog = new JdbcCatalog(store);
        HostRoot root = new HostRoot(folder);
        jobs =
                new RunJobs(
                        queue,
                        new Accounts(
                                List.of("large", "new", "small").stream()
                                        .map(AccountName::new)
                                        .toList()),
                        new ServerBackups(root, new BackupConfigFile(root.resolve("/config"))),
                        catalog,
                        "node1");
        packed("small", 10);
        packed("large", 1_000);
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    private void packed(String account, long size) {
        LocalDate date = LocalDate.parse("2026-03-06");
        AccountName name = new AccountName(account);
        catalog.adopt(
                List.of(
                        new RestorePoint(
                                name,
                                DestinationId.LOCAL,
                                Tier.DAILY,
                                date,
                                BackupDirectory.archiveKey(Tier.DAILY, date, name, ".tar.gz"),
                                size,
                                "ab".repeat(32),
                                NOW,
                                "node1")));
    }

    /// Enqueues, and returns what workers then get, in their order.
    private List<String> claimed(TestJob run, RunArguments arguments, String files)
            throws Exception {
        BackupConfig config = BackupConfig.defaults().with(Map.of(ConfigKey.BACKUPFILES, files));
        jobs.enqueueMissing(run, run.lease().job(), arguments, config);
        List<String> subjects = new ArrayList<>();
        while (true) {
            var lease =
                    queue.claim(
                            "w",
                            "node1",
                            Set.of(JobKind.BACKUP, JobKind.SYSTEM_BACKUP),
                            Duration.ofMinutes(1));
            if (lease.isEmpty()) {
                return subjects;
            }
            subjects.add(lease.get().job().request().subject());
        }
    }

    private static TestJob run(RunArguments arguments) {
        return TestJob.of(JobId.random(), JobKind.RUN, "run", arguments, NOW, Cancellation.never());
    }

    private static RunArguments scheduled() {
        return new RunArguments("2026-03-07", List.of(Tier.DAILY), List.of(), false);
    }

    @Test
    void whatNobodyHasYetComesFirstThenWhatIsLarge() throws Exception {
        assertThat(claimed(run(scheduled()), scheduled(), "0"))
                .containsExactly("new", "large", "small");
    }

    @Test
    void aScheduledRunPacksTheSystemToo() throws Exception {
        assertThat(claimed(run(scheduled()), scheduled(), "1"))
                .containsExactlyInAnyOrder(RunJobs.SYSTEM, "new", "large", "small");
    }

    @Test
    void aRunThatSomebodyAskedForDoesNot() throws Exception {
        RunArguments manual = new RunArguments("2026-03-07", List.of(Tier.DAILY), List.of(), true);
        assertThat(claimed(run(manual), manual, "1")).doesNotContain(RunJobs.SYSTEM);
    }

    @Test
    void whatTheRunHasIsNotEnqueuedAgain() throws Exception {
        TestJob run = run(scheduled());
        claimed(run, scheduled(), "1");
        assertThat(claimed(run, scheduled(), "1")).isEmpty();
        assertThat(queue.count(RunJobs.of(run.lease().job().id(), EnumSet.allOf(JobState.class))))
                .isEqualTo(4);
    }
}
