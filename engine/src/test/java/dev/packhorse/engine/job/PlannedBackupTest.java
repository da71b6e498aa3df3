package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of accounts with plans; it is 09:05 there. Carol has package bob_small and owner bob.
class PlannedBackupTest {
    private static final DestinationId FAR = DestinationId.random();
    private static final DestinationId NEAR = DestinationId.random();

    @TempDir private Path folder;
    private DemoPlant demo;
    private Store store;
    private JdbcJobQueue queue;
    private JdbcCatalog catalog;
    private DestinationStore destinations;
    private ServerBackups backups;

    @BeforeEach
    void server() throws Exception {
        demo = new DemoPlant(folder);
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, InstantSource.fixed(DemoPlant.NOW), WorkListener.none());
        catalog = new JdbcCatalog(store);
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        add(FAR, "Off site");
        add(NEAR, "near");
        plans("");
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private void add(DestinationId id, String name) throws IOException {
        destinations.add(
                new Destination(
                        id,
                        DestinationType.LOCAL,
                        name,
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/" + name, false, false)));
    }

    /// One plan, for accounts of the package bob_small.
    private void plans(String settings) throws Exception {
        HostRoot root = new HostRoot(demo.server);
        String match = "plans:\n  small:\n    match:\n      packages: bob_*\n";
        backups =
                new ServerBackups(
                        root,
                        new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH)),
                        new AccountPlans(
                                Plans.of(
                                        folder,
                                        "backup:\n  time: \"02:00, 14:00\"\n" + match + settings),
                                new CpanelAccountDirectory(root),
                                ZoneOffset.UTC));
    }

    private JobHandler.Ended backUp(String account, int priority, String suffix) throws Exception {
        BackupArguments arguments =
                new BackupArguments(account, List.of(Tier.DAILY), "2026-03-07" + suffix, "", "");
        TestJob job =
                TestJob.of(
                        JobId.random(),
                        JobKind.BACKUP,
                        account,
                        arguments,
                        DemoPlant.NOW,
                        Cancellation.never());
        Job plain = job.lease().job();
        Job urgent =
                new Job(
                        plain.id(),
                        plain.request().withPriority(priority),
                        plain.state(),
                        plain.createdAt(),
                        plain.startedAt(),
                        plain.finishedAt(),
                        1,
                        1,
                        plain.worker(),
                        false,
                        "{}",
                        plain.resumeMark(),
                        "{}",
                        "");
        return new BackupHandler(
                        demo.plant,
                        backups,
                        destinations,
                        Rooms.ample(backups, queue, catalog, destinations),
                        new PinStore(folder.resolve("pins.yaml")),
                        new RetentionRecord(folder.resolve("retention.yaml")))
                .run(
                        new TestJob(
                                new Lease(urgent, "worker", 1, DemoPlant.NOW), job.cancellation()));
    }

    private JobHandler.Ended backUp(String account) throws Exception {
        return backUp(account, JobRequest.Priority.SCHEDULED, "");
    }

    private static List<String> sentTo(JobHandler.Ended ended) {
        return ended.followUp().jobs().stream()
                .map(job -> JobJson.read(job.arguments(), UploadArguments.class).destination())
                .toList();
    }

    private List<String> members(String account) throws Exception {
        Path archive = demo.server.resolve("backup/2026-03-07/accounts/" + account + ".tar.gz");
        Process tar =
                new ProcessBuilder("tar", "tzf", archive.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var reader = tar.inputReader()) {
            return reader.lines().toList();
        }
    }

    @Test
    void archivesGoWhereThePlanSays() throws Exception {
        plans("    destinations: off site\n");
        assertThat(sentTo(backUp("carol"))).containsExactly(FAR.value());
        assertThat(sentTo(backUp("alice"))).containsExactlyInAnyOrder(FAR.value(), NEAR.value());
        plans("    destinations: none\n");
        assertThat(sentTo(backUp("carol"))).isEmpty();
    }

    @Test
    void aDestinationThatNobodyKnowsIsAWarningOfEachBackup() throws Exception {
        plans("    destinations: far away, near\n");
        JobHandler.Ended ended = backUp("carol");
        assertThat(sentTo(ended)).containsExactly(NEAR.value());
        assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        partial ->
                                assertThat(partial.result())
                                        .contains(
                                                "plan small names destination “far away”, which is not there"));
        assertThat(backUp("alice").outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void treesTellOfTheDestinationsOfThePlanAlone() throws Exception {
        backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
        plans("    destinations: near\n");
        assertThat(backUp("carol").outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        partial ->
                                assertThat(partial.result())
                                        .contains("not sent to destination " + NEAR)
                                        .doesNotContain(FAR.value()));
    }

    @Test
    void whatThePlanLeavesOutIsNotPacked() throws Exception {
        plans("    leave_out: home\n");
        backUp("carol");
        backUp("alice");
        assertThat(members("carol"))
                .contains("carol/cp/carol")
                .noneMatch(name -> name.startsWith("carol/homedir/public_html"));
        assertThat(members("alice")).contains("alice/homedir/public_html/");
    }

    @Test
    void scheduledBackupsWaitForTheWindowAndThoseByHandDoNot() throws Exception {
        plans("    window: 09:10-10:00\n");
        assertThat(backUp("carol").outcome())
                .isEqualTo(
                        new JobOutcome.Snoozed(
                                Duration.ofSeconds(294), "the window of plan small is closed"));
        plans("    window: 22:00-23:00\n");
        assertThat(backUp("carol").outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        snoozed -> assertThat(snoozed.delay()).isEqualTo(Duration.ofMinutes(10)));
        assertThat(demo.server.resolve("backup/2026-03-07")).doesNotExist();
        assertThat(sentTo(backUp("carol", JobRequest.Priority.MANUAL, ""))).isNotEmpty();
        assertThat(sentTo(backUp("alice"))).isNotEmpty();
        plans("    window: 09:00-10:00\n");
        assertThat(sentTo(backUp("carol"))).isNotEmpty();
    }

    private Map<String, List<Tier>> run(RunArguments arguments) throws Exception {
        RunJobs jobs =
                new RunJobs(
                        queue,
                        new CpanelAccountDirectory(backups.root()),
                        backups,
                        catalog,
                        "node1");
        TestJob run =
                TestJob.of(
                        JobId.random(),
                        JobKind.RUN,
                        "run",
                        arguments,
                        DemoPlant.NOW,
                        Cancellation.never());
        jobs.enqueueMissing(run, run.lease().job(), arguments, backups.config());
        Map<String, List<Tier>> made = new TreeMap<>();
        while (true) {
            var lease = queue.claim("w", "node1", Set.of(JobKind.BACKUP), Duration.ofMinutes(1));
            if (lease.isEmpty()) {
                return made;
            }
            BackupArguments backup =
                    JobJson.read(lease.get().job().request().arguments(), BackupArguments.class);
            made.put(backup.account(), backup.tiers());
            queue.finish(lease.get(), new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        }
    }

    @Test
    void accountsTakePartInTheRunsOfTheirPlan() throws Exception {
        plans("    calendars: daily, weekly\n    times: \"14:00\"\n");
        List<Tier> all = List.of(Tier.DAILY, Tier.MONTHLY);
        assertThat(run(new RunArguments("2026-03-07.0200", all, List.of(), false)))
                .containsEntry("alice", all)
                .doesNotContainKey("carol");
        assertThat(run(new RunArguments("2026-03-07.1400", List.of(Tier.DAILY), List.of(), false)))
                .containsEntry("alice", List.of(Tier.DAILY))
                .containsEntry("carol", List.of(Tier.DAILY));
        List<Tier> weekly = List.of(Tier.DAILY, Tier.WEEKLY);
        assertThat(run(new RunArguments("2026-03-08.0200", weekly, List.of(), false)))
                .containsEntry("alice", weekly)
                .containsEntry("carol", List.of(Tier.WEEKLY));
        assertThat(run(new RunArguments("2026-03-09.101112", all, List.of("carol"), true)))
                .isEqualTo(Map.of("carol", all));
    }

    @Test
    void aRunTellsWhyAnAccountIsLeftOut() throws Exception {
        plans("    calendars: none\n");
        RunJobs jobs =
                new RunJobs(
                        queue,
                        new CpanelAccountDirectory(backups.root()),
                        backups,
                        catalog,
                        "node1");
        RunArguments arguments =
                new RunArguments("2026-03-07", List.of(Tier.DAILY), List.of(), false);
        RunChoice choice = jobs.choice(arguments, backups.config());
        assertThat(choice.leavesOut(new AccountName("carol")))
                .contains("plan small takes no part in this run");
        assertThat(choice.leavesOut(new AccountName("alice"))).isEmpty();
    }
}
