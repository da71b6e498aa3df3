package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookLimits;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run that another worker takes over at each of its steps. Needs root.
class RunEventsTest {
    private static final RunArguments NIGHT =
            new RunArguments("2026-03-07", List.of(Tier.DAILY), List.of(), false);
    private static final RunResult GOOD = new RunResult(1, 0, 0, 0, List.of(), List.of());

    @TempDir Path root;
    private Instant now = Instant.parse("2026-03-07T02:00:00Z");
    private Store store;
    private JdbcJobQueue queue;
    private ServerBackups backups;
    private RunEvents events;

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(root);
        queue = new JdbcJobQueue(store, () -> now, WorkListener.none());
        HostRoot host = new HostRoot(root);
        BackupConfigFile config = new BackupConfigFile(host.resolve(BackupConfigFile.HOST_PATH));
        config.update(Map.of(ConfigKey.PREBACKUP, "1", ConfigKey.POSTBACKUP, "0"));
        backups = new ServerBackups(host, config);
        HookStore hooks = new HookStore(root.resolve("hooks.json"));
        for (String stage : List.of("pre", "post")) {
            script(stage);
            hooks.add(
                    new Hook(
                            "",
                            "System",
                            "Backup",
                            stage,
                            "/opt/" + stage,
                            "",
                            "",
                            "",
                            "",
                            true,
                            false,
                            false,
                            0));
        }
        HookScript scripts = new HookScript(root, HookLimits.USUAL);
        events =
                new RunEvents(
                        queue,
                        new RunLogs(root, root.resolve("state"), () -> now, ZoneOffset.UTC),
                        new RunScripts(new HookRunner(hooks, scripts), scripts),
                        new Notices(
                                new ImportanceStore(root.resolve("importances.yaml")),
                                List.of(new Notices.Route(ChannelName.MAIL, Importance.LOW)),
                                Duration.ofHours(24),
                                queue,
                                "node1"));
        queue.enqueue(
                JobRequest.of(JobKind.RUN, NIGHT.date(), "schedule", JobJson.write(NIGHT))
                        .withMaxAttempts(20));
    }

    private void script(String name) throws IOException {
        Path folder = Files.createDirectories(root.resolve("opt"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\necho " + name + " >> " + root + "/order\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    /// The job under its next lease, after the one before ran out.
    private JobContext next() {
        now = now.plusSeconds(90);
        queue.reclaimExpired();
        Lease lease =
                queue.claim("w", "node1", Set.of(JobKind.RUN), Duration.ofMinutes(1)).orElseThrow();
        return new Taken(lease, queue);
    }

    private record Taken(Lease lease, JdbcJobQueue queue) implements JobContext {
        @Override
        public Cancellation cancellation() {
            return Cancellation.never();
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) throws LeaseLostException {
            queue.mark(lease, resumeMark);
        }
    }

    private FollowUp end(JobContext context) throws IOException, LeaseLostException {
        RunMark mark = RunMark.read(context.lease().job().resumeMark()).orElseThrow();
        return events.end(context, mark, NIGHT, GOOD, backups);
    }

    private List<String> texts() throws IOException {
        try (var logs = Files.list(root.resolve("state/logs/cpbackup"))) {
            List<Path> all = logs.toList();
            assertThat(all).hasSize(1);
            return Files.readAllLines(all.getFirst()).stream()
                    .map(line -> line.replaceAll("^.*?\\[backup\\] ", ""))
                    .toList();
        }
    }

    @Test
    void aRunThatIsTakenOverGoesOnInItsLogAndTellsItsEndOnce() throws Exception {
        RunMark mark = events.begin(next(), NIGHT, backups.config());
        assertThat(events.begin(next(), NIGHT, backups.config())).isEqualTo(mark);
        assertThat(Files.readAllLines(root.resolve("order"))).containsExactly("pre");
        assertThat(texts()).contains("There is no /usr/local/cpanel/scripts/precpbackup to run");

        JobContext watching = next();
        watching.mark(mark.watching().text());
        end(next());
        JobContext last = next();
        FollowUp told = end(last);

        assertThat(texts()).filteredOn(line -> line.startsWith("Final state is")).hasSize(1);
        assertThat(texts().getLast()).isEqualTo("Final state is Backup::Success (0)");
        assertThat(told.jobs()).hasSize(1);
        queue.finish(last.lease(), new JobOutcome.Succeeded("{}"), told);
        assertThat(queue.claim("w", "node1", Set.of(JobKind.NOTIFY), Duration.ofMinutes(1)))
                .map(Lease::job)
                .map(Job::request)
                .map(JobRequest::arguments)
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .contains(
                                        "\"Success\"", "all 1 accounts", "\"run\":" + mark.log()));
    }

    /// Makes an account of the panel.
    ///
    /// @param settings lines of its file
    private void account(String name, String settings) throws IOException {
        Path users = Files.createDirectories(root.resolve("var/cpanel/users"));
        Files.writeString(users.resolve(name), "DNS=" + name + ".example\n" + settings);
        Path etc = Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                etc.resolve("passwd"),
                name + ":x:1001:1001::/home/" + name + ":/bin/sh\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private RunHandler handler() throws IOException {
        backups.file().update(Map.of(ConfigKey.BACKUPENABLE, "1"));
        return new RunHandler(
                queue,
                new RunJobs(
                        queue,
                        new CpanelAccountDirectory(backups.root()),
                        backups,
                        new JdbcCatalog(store),
                        "node1"),
                backups,
                _ -> List.of(),
                events);
    }

    /// The end of a run whose backup of the system's files ended so.
    private JobHandler.Ended runWith(JobOutcome system) throws Exception {
        RunHandler handler = handler();
        assertThat(handler.run(next()).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        finish(JobKind.SYSTEM_BACKUP, system);
        return handler.run(next());
    }

    private void finish(JobKind kind, JobOutcome outcome) throws Exception {
        Lease lease = queue.claim("w", "node1", Set.of(kind), Duration.ofMinutes(1)).orElseThrow();
        queue.finish(lease, outcome, FollowUp.NONE);
    }

    @Test
    void aSystemBackupThatLacksSomethingIsNoAccountThatWasBackedUp() throws Exception {
        RunHandler handler = handler();
        JobContext context = next();
        assertThat(handler.run(context).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        queue.enqueue(
                JobRequest.of(
                        JobKind.BACKUP,
                        "demo",
                        RunHandler.ownerOf(context.lease().job().id()),
                        "{}"));
        finish(JobKind.SYSTEM_BACKUP, new JobOutcome.Partial("{}", "2 items were left out"));
        finish(JobKind.BACKUP, new JobOutcome.Failed("{}", "the disk is full"));
        assertThat(handler.run(next()).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).startsWith("1 accounts failed"));
        assertThat(texts().getLast()).startsWith("Final state is Backup::Failure");
    }

    @Test
    void whatTheSystemBackupLacksIsCountedAndTold() throws Exception {
        account("demo", "");
        RunHandler handler = handler();
        assertThat(handler.run(next()).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        finish(JobKind.SYSTEM_BACKUP, new JobOutcome.Partial("{}", "2 items were left out"));
        finish(JobKind.BACKUP, new JobOutcome.Succeeded("{}"));

        JobHandler.Ended ended = handler.run(next());
        String lacking = "files of the system: 2 items were left out";
        assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end -> {
                            assertThat(end.reason()).isEqualTo(lacking);
                            RunResult result = JobJson.read(end.result(), RunResult.class);
                            assertThat(result.succeeded()).isOne();
                            assertThat(result.partial()).isOne();
                            assertThat(result.warnings()).containsExactly(lacking);
                        });
        assertThat(ended.followUp().jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.arguments()).contains(lacking));
        assertThat(texts()).contains("Backed up " + lacking);
    }

    private static final JobOutcome WHOLE = new JobOutcome.Succeeded("{}");

    @Test
    void aRunOnAServerWithoutAccountsFails() throws Exception {
        String reason =
                "this server has no accounts by host.accounts: cpanel; where there is no cPanel, set host.accounts: unix";
        JobHandler.Ended ended = runWith(WHOLE);
        assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class, end -> assertThat(end.reason()).isEqualTo(reason));
        assertThat(ended.followUp().jobs())
                .singleElement()
                .satisfies(job ->
                        assertThat(job.arguments())
                                .contains(
                                        "\"Failure\"",
                                        "backup of 2026-03-07: no account was backed up",
                                        reason));
        assertThat(texts()).contains("No account was backed up: " + reason);
        assertThat(texts().getLast()).isEqualTo("Final state is Backup::Failure (0)");
    }

    @Test
    void whatTheSystemBackupLacksIsToldOfARunWithoutAccountsToo() throws Exception {
        assertThat(runWith(new JobOutcome.Partial("{}", "2 items were left out")).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end ->
                                assertThat(end.reason())
                                        .startsWith("this server has no accounts")
                                        .endsWith("; files of the system: 2 items were left out"));
    }

    @Test
    void aRunThatLeavesEverybodyOutIsNoSuccess() throws Exception {
        for (String name : List.of("alice", "bob", "carol", "dave")) {
            account(name, "BACKUP=0\n");
        }
        String reason =
                "all 4 accounts are left out by the configuration, as alice: backups are switched off for the account (BACKUP=0)";
        JobHandler.Ended ended = runWith(WHOLE);
        assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end -> assertThat(end.reason()).isEqualTo(reason));
        assertThat(ended.followUp().jobs())
                .singleElement()
                .satisfies(job ->
                        assertThat(job.arguments())
                                .contains(
                                        "\"PartialFailure\"",
                                        "backup of 2026-03-07: no account was backed up",
                                        reason));
        assertThat(texts()).contains("No account was backed up: " + reason);
        assertThat(texts().getLast()).isEqualTo("Final state is Backup::PartialFailure (0)");
    }

    @Test
    void aRunThatIsToBackUpNobodySucceedsWithoutAccounts() throws Exception {
        account("demo", "");
        backups.file().update(Map.of(ConfigKey.BACKUPACCTS, "0"));
        assertThat(runWith(WHOLE).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(texts().getLast()).isEqualTo("Final state is Backup::Success (0)");
    }

    /// By its plan it is another run's.
    @Test
    void aRunOfWhichAllAccountsWaitForAnotherSucceeds() throws Exception {
        account("demo", "");
        account("off", "BACKUP=0\n");
        plans("weekly");
        assertThat(runWith(WHOLE).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    private void plans(String calendars) throws Exception {
        String settings =
                "plans:\n  rare:\n    match:\n      accounts: demo\n    calendars: "
                        + calendars
                        + "\n";
        backups =
                new ServerBackups(
                        backups.root(),
                        backups.file(),
                        new AccountPlans(
                                Plans.of(root, settings),
                                new CpanelAccountDirectory(backups.root()),
                                ZoneOffset.UTC));
    }

    @Test
    void theResultOfAnEarlierVersionHasNoWarnings() {
        String text =
                "{\"succeeded\":1,\"partial\":0,\"failed\":0,\"cancelled\":0,\"leftOut\":[],\"errors\":[]}";
        assertThat(JobJson.read(text, RunResult.class)).isEqualTo(GOOD);
    }

    @Test
    void aCancelledRunSaysSo() throws Exception {
        events.begin(next(), NIGHT, backups.config());
        events.cancelled(RunMark.read(next().lease().job().resumeMark()), backups);
        assertThat(texts()).contains("The run was cancelled.");
        assertThat(texts().getLast()).isEqualTo("Final state is Backup::PartialFailure (TERM)");
        assertThat(Files.readAllLines(root.resolve("order"))).containsExactly("pre", "post");
    }

    @Test
    void aRunOfAnEarlierVersionHasNoLogAndIsTold() throws Exception {
        next().mark(Optional.of("watching"));
        FollowUp told = end(next());
        assertThat(told.jobs()).hasSize(1);
        assertThat(root.resolve("state/logs")).doesNotExist();
        assertThat(Files.readAllLines(root.resolve("order"))).containsExactly("post");
    }
}
