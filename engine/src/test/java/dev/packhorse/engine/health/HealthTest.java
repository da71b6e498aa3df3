package dev.packhorse.engine.health;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcDrills;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.job.RunResult;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.job.TransferMeter;
import dev.packhorse.engine.job.UploadArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class HealthTest {
    private static final DestinationId FAR = DestinationId.random();

    @TempDir Path root;
    private volatile Instant now = Instant.parse("2026-03-10T12:00:00Z");
    private Store store;
    private JdbcJobQueue queue;
    private JdbcCatalog catalog;
    private JdbcDrills drills;
    private ServerBackups backups;
    private DestinationStore destinations;
    private final DestinationHealth paused = new DestinationHealth();
    private BackupAges ages;
    private Places places;

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(root);
        queue = new JdbcJobQueue(store, () -> now, WorkListener.none());
        catalog = new JdbcCatalog(store);
        drills = new JdbcDrills(store, "node1");
        HostRoot host = new HostRoot(root);
        BackupConfigFile config = new BackupConfigFile(host.resolve(BackupConfigFile.HOST_PATH));
        config.update(
                Map.of(
                        ConfigKey.BACKUPENABLE, "1",
                        ConfigKey.BACKUPDAYS, "0,1,2,3,4,5,6"));
        backups = new ServerBackups(host, config);
        Files.createDirectories(root.resolve("var/cpanel/users"));
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "");
        Files.writeString(root.resolve("etc/group"), "");
        for (String name : List.of("fresh", "old", "never")) {
            account(name, now.minus(Duration.ofDays(30)));
        }
        account("newborn", now.minus(Duration.ofHours(5)));
        destinations =
                new DestinationStore(
                        root.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(
                new Destination(
                        FAR,
                        DestinationType.CUSTOM,
                        "far",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Remote(
                                new TreeMap<>(Map.of("script", "/x")), new TreeMap<>())));
        ages = new BackupAges(catalog, new CpanelAccountDirectory(host), backups, ZoneOffset.UTC);
        places = new Places(backups, root);
        point("fresh", now.minus(Duration.ofHours(10)));
        point("fresh", now.minus(Duration.ofDays(9)));
        point("old", now.minus(Duration.ofDays(4)));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private void account(String name, Instant made) throws IOException {
        int uid = 1_001 + name.hashCode() % 100;
        Files.writeString(
                root.resolve("etc/passwd"),
                "%1$s:x:%2$d:%2$d::/home/%1$s:/bin/bash\n".formatted(name, uid),
                StandardOpenOption.APPEND);
        Files.writeString(
                root.resolve("var/cpanel/users/" + name),
                "USER=%s\nDNS=%s.example\nOWNER=root\nSTARTDATE=%d\nIP=192.0.2.1\nBACKUP=1\n"
                        .formatted(name, name, made.getEpochSecond()));
    }

    private void point(String account, Instant packed) {
        LocalDate date = packed.atZone(ZoneOffset.UTC).toLocalDate();
        catalog.adopt(
                List.of(
                        new RestorePoint(
                                new AccountName(account),
                                DestinationId.LOCAL,
                                Tier.DAILY,
                                date,
                                new ObjectKey(date + "/accounts/" + account + ".tar.gz"),
                                1,
                                "0".repeat(64),
                                packed,
                                "node1")));
    }

    private Alarms alarms(Duration stale, long lowSpace) {
        Notices notices =
                new Notices(
                        new ImportanceStore(root.resolve("importances.yaml")),
                        List.of(new Notices.Route(ChannelName.MAIL, Importance.LOW)),
                        Duration.ofHours(24),
                        queue,
                        "node1");
        return new Alarms(
                ages,
                places,
                queue,
                destinations,
                notices,
                proofs(30, 0),
                new Alarms.Limits(stale, lowSpace));
    }

    private Proofs proofs(int withinDays, int drillDays) {
        return new Proofs(
                catalog,
                drills,
                ages.accounts(),
                _ -> true,
                DestinationId::isLocal,
                withinDays,
                drillDays);
    }

    private List<String> told() {
        return queue.list(JobFilter.of(Set.of(JobKind.NOTIFY), Set.of())).stream()
                .map(job -> job.request().arguments())
                .toList();
    }

    @Test
    void accountsWithoutAGoodBackupAreToldOnce() {
        Alarms alarms = alarms(Duration.ofHours(50), 0);
        alarms.look();
        alarms.look();
        assertThat(told())
                .singleElement()
                .asString()
                .contains(
                        "\"event\":\"NoGoodBackup\"",
                        "2 accounts have had no good backup for 50 hours",
                        "never: there is none",
                        "old: the newest is 96 hours old");
        assertThat(told().getFirst()).doesNotContain("fresh", "newborn");
    }

    /// Old has one of four days ago, and is due on Saturdays alone; never is due on no day.
    @Test
    void theCalendarsOfPlansCount() throws Exception {
        backups.file()
                .update(
                        Map.of(
                                ConfigKey.BACKUP_WEEKLY_ENABLE,
                                "1",
                                ConfigKey.BACKUP_WEEKLY_DAY,
                                "6"));
        String yaml =
                """
                plans:
                  weekly:
                    match:
                      accounts: old
                    calendars: weekly
                  off:
                    match:
                      accounts: never
                    calendars: none
                """;
        CpanelAccountDirectory accounts = new CpanelAccountDirectory(backups.root());
        ages =
                new BackupAges(
                        catalog,
                        accounts,
                        new ServerBackups(
                                backups.root(),
                                backups.file(),
                                new AccountPlans(Plans.of(root, yaml), accounts, ZoneOffset.UTC)),
                        ZoneOffset.UTC);
        assertThat(ages.all())
                .extracting(age -> age.account().value())
                .containsExactlyInAnyOrder("old", "fresh", "newborn");
        alarms(Duration.ofHours(50), 0).look();
        assertThat(told()).isEmpty();

        now = now.plus(Duration.ofDays(5));
        alarms(Duration.ofHours(50), 0).look();
        assertThat(told())
                .singleElement()
                .asString()
                .contains("3 accounts have had no good backup for 50 hours", "old: the newest");
    }

    @Test
    void aScheduleWithLongGapsHasALongerLimitAndZeroSwitchesItOff() throws Exception {
        backups.file().update(Map.of(ConfigKey.BACKUPDAYS, "2"));
        assertThat(ages.longestGapDays(LocalDate.parse("2026-03-10"))).isEqualTo(7);
        alarms(Duration.ofHours(50), 0).look();
        assertThat(told()).singleElement().asString().contains("never").doesNotContain("old:");

        alarms(Duration.ZERO, 0).look();
        assertThat(told()).hasSize(1);
    }

    @Test
    void accountsThatRunsLeaveOutAreNoAlarm() throws Exception {
        Files.writeString(root.resolve("etc/cpbackup-userskip.conf"), "old\nnever\n");
        alarms(Duration.ofHours(50), 0).look();
        assertThat(told()).isEmpty();
        Files.delete(root.resolve("etc/cpbackup-userskip.conf"));
        backups.file().update(Map.of(ConfigKey.BACKUPENABLE, "0"));
        alarms(Duration.ofHours(50), 0).look();
        assertThat(told()).isEmpty();
    }

    /// As after a restart: nothing could be read yet, so that nobody knows that they are off.
    @Test
    void aConfigurationThatNeverCouldBeReadHidesNoOldBackups() throws Exception {
        Path file = root.resolve("damaged");
        Files.writeString(file, "BACKUPENABLE: perhaps\n");
        ages =
                new BackupAges(
                        catalog,
                        ages.accounts(),
                        new ServerBackups(backups.root(), new BackupConfigFile(file)),
                        ZoneOffset.UTC);
        assertThat(ages.all()).isNotEmpty();
        Files.delete(file);
        assertThat(ages.all()).isEmpty();
    }

    @Test
    void aDiskThatFillsUpIsTold() {
        alarms(Duration.ZERO, Long.MAX_VALUE).look();
        assertThat(told())
                .hasSize(2)
                .anyMatch(each -> each.contains("the backup directory is nearly full"))
                .anyMatch(each -> each.contains("the state folder is nearly full"));
    }

    /// As arguments of a job that another version wrote.
    @Test
    void aLookThatFailsInAnyWayKeepsNoOtherBack() throws Exception {
        Alarms alarms = alarms(Duration.ofHours(50), 0);
        queue.enqueue(JobRequest.of(JobKind.UPLOAD, "alice", "root", "[]"));
        end(JobKind.UPLOAD, new JobOutcome.Failed("{}", "wrong password"));
        alarms.look();
        assertThat(told()).singleElement().asString().contains("\"event\":\"NoGoodBackup\"");
    }

    /// A look that hangs in the middle is told by how long ago the last one ended.
    @Test
    void aLookCountsWhenItHasEnded() {
        AtomicReference<Duration> within = new AtomicReference<>(Duration.ZERO);
        AtomicReference<Alarms> looking = new AtomicReference<>();
        places =
                new Places(
                        List.of(
                                new PlaceWatch(
                                        "state folder",
                                        () -> {
                                            within.set(looking.get().sinceLook());
                                            return new Place("state folder", root).space();
                                        })),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20));
        Alarms alarms = alarms(Duration.ZERO, 0);
        looking.set(alarms);
        Eventually.holds("time passes", () -> alarms.sinceLook().toMillis() >= 1_000);
        alarms.look();
        assertThat(within.get()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(alarms.sinceLook()).isLessThan(within.get());
    }

    /// As a mounted disk whose server is away.
    @Test
    void aPlaceThatHangsIsToldAndHoldsUpNothing() throws Exception {
        CompletableFuture<Place.Space> away = new CompletableFuture<>();
        List<PlaceWatch> watches =
                List.of(
                        new PlaceWatch("backup directory", away::join),
                        new PlaceWatch(
                                "state folder", () -> new Place("state folder", root).space()));
        Duration patience = Duration.ofMillis(50);
        String metric = "packhorse_place_silent_seconds{place=\"backup_directory\"} 0.0";
        try {
            places = new Places(watches, patience, Duration.ofHours(1));
            alarms(Duration.ZERO, 0).look();
            assertThat(told()).isEmpty();
            assertThat(metrics()).contains(metric);

            places = new Places(watches, patience, patience);
            alarms(Duration.ofHours(50), 0).look();
            Eventually.holds(
                    "a second went by",
                    () -> requireNonNull(places.silent().get("backup directory")).toSeconds() >= 1);
            assertThat(metrics())
                    .doesNotContain(metric)
                    .contains("packhorse_place_silent_seconds{place=\"state_folder\"} 0.0");
            assertThat(told())
                    .hasSize(2)
                    .anyMatch(each -> each.contains("the backup directory does not answer"))
                    .anyMatch(each -> each.contains("\"event\":\"NoGoodBackup\""));
            assertThat(places.silent()).containsOnlyKeys("backup directory");
            assertThat(places.spaces())
                    .extracting(each -> each.place().name())
                    .containsExactly("state folder");
        } finally {
            away.complete(new Place("backup directory", root).space());
        }
        Eventually.holds("it answers again", () -> places.silent().isEmpty());
    }

    @Test
    void uploadsThatWereGivenUpAreToldByDestination() throws Exception {
        failUpload("alice");
        now = now.plusSeconds(1);
        Alarms alarms = alarms(Duration.ZERO, 0);
        now = now.plusSeconds(1);
        failUpload("bob");
        failUpload("carol");
        alarms.look();
        assertThat(told())
                .singleElement()
                .asString()
                .contains(
                        "3 archives did not reach destination far",
                        "bob.tar.gz: wrong password",
                        "alice.tar.gz: wrong password");
        now = now.plusSeconds(1);
        alarms.look();
        assertThat(told()).hasSize(1);
    }

    /// One fails and is told; the others of the night fail while the destination is not told again.
    @Test
    void uploadsThatFailAfterTheFirstWasToldAreToldWhenItMayBe() throws Exception {
        Alarms alarms = alarms(Duration.ZERO, 0);
        failUpload("alice");
        now = now.plusSeconds(600);
        alarms.look();
        assertThat(told()).singleElement().asString().contains("1 archives did not reach");
        end(JobKind.NOTIFY, new JobOutcome.Succeeded("{}"));
        failUpload("bob");
        now = now.plusSeconds(600);
        alarms.look();
        assertThat(told()).hasSize(1);

        now = now.plus(Duration.ofHours(24));
        alarms.look();
        assertThat(told()).hasSize(2).anyMatch(each -> each.contains("2 archives did not reach"));
        end(JobKind.NOTIFY, new JobOutcome.Succeeded("{}"));
        now = now.plus(Duration.ofHours(25));
        alarms.look();
        assertThat(told()).as("no more than were told").hasSize(2);
    }

    @Test
    void uploadsThatFailedBeforeARestartAreTold() throws Exception {
        failUpload("alice");
        now = now.plusSeconds(1);
        alarms(Duration.ZERO, 0).look();
        assertThat(told()).singleElement().asString().contains("alice.tar.gz: wrong password");
    }

    @Test
    void aRunThatBrokeOffIsToldAndOneThatToldItselfIsNot() throws Exception {
        Alarms alarms = alarms(Duration.ZERO, 0);
        now = now.plusSeconds(1);
        for (String date : List.of("2026-03-08", "2026-03-09")) {
            RunArguments run = new RunArguments(date, List.of(Tier.DAILY), List.of(), false);
            queue.enqueue(JobRequest.of(JobKind.RUN, date, "schedule", JobJson.write(run)));
        }
        end(JobKind.RUN, new JobOutcome.Failed("{}", "config, line 3: not YAML"));
        end(
                JobKind.RUN,
                new JobOutcome.Failed(
                        JobJson.write(new RunResult(0, 0, 1, 0, List.of(), List.of("never: full"))),
                        "1 accounts failed"));
        alarms.look();
        assertThat(told())
                .singleElement()
                .asString()
                .contains("backup of 2026-03-08 broke off", "config, line 3: not YAML");
    }

    private void failUpload(String account) throws Exception {
        UploadArguments upload =
                new UploadArguments(
                        account,
                        FAR.value(),
                        Tier.DAILY,
                        "2026-03-10",
                        "2026-03-10/accounts/" + account + ".tar.gz",
                        1,
                        "0");
        queue.enqueue(JobRequest.of(JobKind.UPLOAD, account, "root", JobJson.write(upload)));
        end(JobKind.UPLOAD, new JobOutcome.Failed("{}", "wrong password"));
    }

    private void end(JobKind kind, JobOutcome outcome) throws Exception {
        queue.finish(
                queue.claim("w", "node1", Set.of(kind), Duration.ofMinutes(1)).orElseThrow(),
                outcome,
                FollowUp.NONE);
    }

    private void ranAndRuns() throws Exception {
        RunArguments run = new RunArguments("2026-03-09", List.of(Tier.DAILY), List.of(), false);
        queue.enqueue(JobRequest.of(JobKind.RUN, run.date(), "schedule", JobJson.write(run)));
        end(
                JobKind.RUN,
                new JobOutcome.Partial(
                        JobJson.write(
                                new RunResult(
                                        2, 0, 1, 0, List.of(), List.of("never: disk is full"))),
                        "1 accounts failed"));
        RunArguments next = new RunArguments("2026-03-10", List.of(Tier.DAILY), List.of(), false);
        var id =
                queue.enqueue(
                                JobRequest.of(
                                        JobKind.RUN, next.date(), "schedule", JobJson.write(next)))
                        .id();
        assertThat(queue.claim("w", "node1", Set.of(JobKind.RUN), Duration.ofHours(9))).isPresent();
        for (String name : List.of("fresh", "old", "never", "newborn")) {
            queue.enqueue(JobRequest.of(JobKind.BACKUP, name, "run:" + id, "{}"));
        }
        now = now.plusSeconds(100);
        end(JobKind.BACKUP, new JobOutcome.Succeeded("{}"));
        paused.failed(
                FAR, new TransportException(TransportException.Kind.DENIED, "wrong password"), now);
    }

    @Test
    void theStandingTellsLastNightTonightAndWhatIsWrong() throws Exception {
        ranAndRuns();
        failUpload("bob");
        ObjectNode standing =
                new Standing(
                                queue,
                                destinations,
                                paused,
                                ages,
                                places,
                                proofs(30, 0),
                                () -> Optional.of(Instant.parse("2026-03-11T02:00:00Z")))
                        .read();

        assertThat(standing.at("/last_run/date").asString()).isEqualTo("2026-03-09");
        assertThat(standing.at("/last_run/state").asString()).isEqualTo("partial");
        assertThat(standing.at("/last_run/failed").asInt()).isOne();
        assertThat(standing.at("/last_run/errors/0").asString()).isEqualTo("never: disk is full");
        assertThat(standing.at("/run_under_way/date").asString()).isEqualTo("2026-03-10");
        assertThat(standing.at("/run_under_way/accounts").asInt()).isEqualTo(4);
        assertThat(standing.at("/run_under_way/done").asInt()).isOne();
        assertThat(standing.at("/run_under_way/seconds_left").asInt()).isEqualTo(300);
        assertThat(standing.path("next_run").asLong())
                .isEqualTo(Instant.parse("2026-03-11T02:00:00Z").getEpochSecond());
        assertThat(standing.at("/failing/0/user").asString()).isEqualTo("bob");
        assertThat(standing.at("/failing/0/reason").asString()).isEqualTo("wrong password");
        assertThat(standing.path("space")).hasSize(2);
        assertThat(standing.at("/destinations/0/name").asString()).isEqualTo("far");
        assertThat(standing.at("/destinations/0/state").asString()).isEqualTo("paused");
        assertThat(standing.at("/destinations/0/reason").asString()).isEqualTo("wrong password");
        assertThat(standing.at("/oldest_backup/without_any").asInt()).isEqualTo(2);
        assertThat(standing.has("problem")).isFalse();
    }

    @Test
    void theMetricsAreTextOfPrometheus() throws Exception {
        ranAndRuns();
        BackupMetrics metrics =
                new BackupMetrics(
                        queue,
                        destinations,
                        paused,
                        new TransferMeter(),
                        ages,
                        places,
                        proofs(30, 0),
                        "0.1");
        String text = new String(new Metrics(metrics).text(), StandardCharsets.UTF_8);
        assertThat(text.lines())
                .contains(
                        "packhorse_version{version=\"0.1\"} 1.0",
                        "packhorse_metrics_complete 1.0",
                        "packhorse_jobs{kind=\"backup\",state=\"pending\"} 3.0",
                        "packhorse_jobs{kind=\"backup\",state=\"succeeded\"} 1.0",
                        "packhorse_queue_wait_seconds{kind=\"backup\"} 100.0",
                        "packhorse_last_run_accounts{outcome=\"failed\"} 1.0",
                        "packhorse_accounts{age=\"under_1\"} 1.0",
                        "packhorse_accounts{age=\"under_7\"} 1.0",
                        "packhorse_accounts{age=\"older\"} 0.0",
                        "packhorse_accounts{age=\"never\"} 2.0",
                        "packhorse_destination_paused{destination=\"%s\",name=\"far\"} 1.0"
                                .formatted(FAR),
                        "# TYPE packhorse_accounts gauge")
                .anyMatch(line -> line.startsWith("packhorse_free_bytes{place=\"state_folder\"} "))
                .anyMatch(line ->
                        line.startsWith("packhorse_oldest_backup_seconds{account=\"old\"} "))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
    }

    @Test
    void aRunThatTookInNobodyIsSeenByWhoWatchesWhatFailed() throws Exception {
        RunArguments run = new RunArguments("2026-03-09", List.of(Tier.DAILY), List.of(), false);
        queue.enqueue(JobRequest.of(JobKind.RUN, run.date(), "schedule", JobJson.write(run)));
        RunResult nobody =
                new RunResult(0, 0, 0, 0, List.of(), List.of(), List.of(), "there are no accounts");
        end(JobKind.RUN, new JobOutcome.Failed(JobJson.write(nobody), "there are no accounts"));
        BackupMetrics metrics =
                new BackupMetrics(
                        queue,
                        destinations,
                        paused,
                        new TransferMeter(),
                        ages,
                        places,
                        proofs(30, 0),
                        "0.1");
        assertThat(new String(new Metrics(metrics).text(), StandardCharsets.UTF_8).lines())
                .contains("packhorse_last_run_accounts{outcome=\"failed\"} 1.0");
        ObjectNode standing =
                new Standing(
                                queue,
                                destinations,
                                paused,
                                ages,
                                places,
                                proofs(30, 0),
                                Optional::empty)
                        .read();
        assertThat(standing.at("/last_run/errors/0").asString())
                .isEqualTo("no account was backed up: there are no accounts");
    }

    @Test
    void aPartThatCannotBeReadIsSaid() throws Exception {
        Files.createDirectories(root.resolve("var/cpanel/backups"));
        Files.writeString(root.resolve("var/cpanel/backups/config"), "damaged");
        BackupMetrics metrics =
                new BackupMetrics(
                        queue,
                        destinations,
                        paused,
                        new TransferMeter(),
                        ages,
                        places,
                        proofs(30, 0),
                        "0.1");
        String text = new String(new Metrics(metrics).text(), StandardCharsets.UTF_8);
        assertThat(text).contains("packhorse_metrics_complete 0.0");
    }

    /// Nothing runs while the configuration is damaged: that is told, and so is what follows from
    /// it.
    @Test
    void aConfigurationThatCannotBeReadIsToldAndHidesNoOtherAlarm() throws Exception {
        assertThat(ages.all()).isNotEmpty();
        Path file = root.resolve("var/cpanel/backups/config");
        for (String days : List.of("0,7", "''")) {
            Files.writeString(file, "---\nBACKUPENABLE: 1\nBACKUPDAYS: " + days + "\n");
            now = now.plus(Duration.ofDays(2));
            alarms(Duration.ofHours(50), 0).look();
            assertThat(told().stream().filter(each -> each.contains("ConfigUnreadable")))
                    .anyMatch(each -> each.contains(file + ", line 3"));
            assertThat(told()).anyMatch(each -> each.contains("NoGoodBackup"));
        }
        ObjectNode standing = standing();
        assertThat(standing.path("config_fault").asString()).contains(file + ", line 3");
        assertThat(standing.path("oldest_backup").isMissingNode()).isFalse();
        assertThat(metrics().lines())
                .contains(
                        "packhorse_metrics_complete 0.0", "packhorse_accounts{age=\"never\"} 2.0");
    }

    @Test
    void aDestinationWhoseFileIsDamagedIsToldAndShown() throws Exception {
        DestinationId torn = DestinationId.random();
        DestinationId off = DestinationId.random();
        Path file = root.resolve("destinations/torn_UID_" + torn + ".backup_destination");
        Files.writeString(file, "---\ntype: Nowhere\nname: torn\n");
        Files.writeString(
                root.resolve("destinations/off_UID_" + off + ".backup_destination"),
                "---\ntype: Nowhere\ndisabled: 1\n");
        Alarms alarms = alarms(Duration.ZERO, 0);
        alarms.look();
        alarms.look();
        assertThat(told())
                .singleElement()
                .asString()
                .contains("DestinationUnreadable", torn.value(), file.toString());
        assertThat(standing().path("destinations"))
                .anyMatch(each ->
                        each.path("id").asString().equals(torn.value())
                                && each.path("name").asString().equals("torn")
                                && each.path("state").asString().equals("unreadable")
                                && each.path("reason").asString().contains(file.toString()));
        assertThat(metrics().lines())
                .contains(
                        "packhorse_destination_unreadable{destination=\"%s\",name=\"torn\"} 1.0"
                                .formatted(torn),
                        "packhorse_destination_unreadable{destination=\"%s\",name=\"far\"} 0.0"
                                .formatted(FAR));
    }

    private ObjectNode standing() {
        return new Standing(
                        queue, destinations, paused, ages, places, proofs(30, 0), Optional::empty)
                .read();
    }

    private String metrics() throws IOException {
        BackupMetrics metrics =
                new BackupMetrics(
                        queue,
                        destinations,
                        paused,
                        new TransferMeter(),
                        ages,
                        places,
                        proofs(30, 0),
                        "0.1");
        return new String(new Metrics(metrics).text(), StandardCharsets.UTF_8);
    }

    private RestorePoint point(String account) {
        return catalog.ofAccount(new AccountName(account)).getFirst();
    }

    private ProofAlarms proofAlarms(int withinDays, int drillDays) {
        Notices notices =
                new Notices(
                        new ImportanceStore(root.resolve("importances.yaml")),
                        List.of(new Notices.Route(ChannelName.MAIL, Importance.LOW)),
                        Duration.ofHours(24),
                        queue,
                        "node1");
        return new ProofAlarms(proofs(withinDays, drillDays), notices);
    }

    @Test
    void proofsThatAreTooOldAreToldAndFreshOnesAreNot() throws Exception {
        proofAlarms(30, 0).look(now);
        assertThat(told()).isEmpty();
        proofAlarms(30, 0).look(now.plus(Duration.ofDays(40)));
        assertThat(told())
                .singleElement()
                .asString()
                .contains(
                        "VerificationOverdue", "local: the oldest proof is of 4", "30 are wanted");
    }

    @Test
    void damageThatNobodySeesToIsToldAgain() throws Exception {
        catalog.prove(
                point("old"), new Proof(now, Verdict.DAMAGED, "bytes 3 to 9 are damaged: cp/old"));
        proofAlarms(3_000, 0).look(now);
        assertThat(told()).as("the job that found it told of it").isEmpty();
        now = now.plus(Duration.ofDays(2));
        proofAlarms(3_000, 0).look(now);
        assertThat(told()).singleElement().asString().contains("CopyDamaged", "cp/old");
    }

    @Test
    void accountsThatWereNotDrilledAreToldOnlyIfThatIsAskedFor() throws Exception {
        drill("old", "");
        proofAlarms(3_000, 0).look(now.plus(Duration.ofDays(90)));
        assertThat(told()).isEmpty();
        ProofAlarms asked = proofAlarms(3_000, 60);
        asked.look(now);
        assertThat(told()).isEmpty();
        asked.look(now.plus(Duration.ofDays(61)));
        assertThat(told())
                .singleElement()
                .asString()
                .contains("DrillsOverdue", "old: proven 61 days ago", "fresh: never proven");
    }

    private void drill(String account, String difference) {
        drills.keep(
                new DrillRecord(
                        new AccountName(account),
                        now,
                        difference.isEmpty() ? Optional.of(now) : Optional.empty(),
                        DestinationId.LOCAL,
                        "x",
                        3,
                        "all",
                        difference,
                        List.of()));
    }

    @Test
    void proofsAndDrillsAreMeasuredAndShown() throws Exception {
        RestorePoint fresh = point("fresh");
        catalog.prove(point("old"), new Proof(now, Verdict.DAMAGED, "x"));
        for (RestorePoint point : catalog.ofAccount(fresh.account())) {
            catalog.prove(point, Proof.good(now.minusSeconds(5_000)));
        }
        drill("fresh", "");
        now = now.plusSeconds(100);
        drill("fresh", "homedir/a: is not there after the restore");
        BackupMetrics metrics =
                new BackupMetrics(
                        queue,
                        destinations,
                        paused,
                        new TransferMeter(),
                        ages,
                        places,
                        proofs(30, 0),
                        "0.1");
        String text = new String(new Metrics(metrics).text(), StandardCharsets.UTF_8);
        assertThat(text.lines())
                .contains(
                        "packhorse_oldest_verification_seconds{destination=\"local\"} 5100.0",
                        "packhorse_damaged_copies{destination=\"local\"} 1.0",
                        "packhorse_missing_copies{destination=\"local\"} 0.0",
                        "packhorse_oldest_drill_seconds 100.0",
                        "packhorse_failed_drills 1.0",
                        "packhorse_undrilled_accounts 0.0");
        ObjectNode standing =
                new Standing(
                                queue,
                                destinations,
                                paused,
                                ages,
                                places,
                                proofs(30, 0),
                                Optional::empty)
                        .read();
        assertThat(standing.at("/proofs/0/damaged").asInt()).isOne();
        assertThat(standing.at("/proofs/0/oldest").asLong())
                .isEqualTo(now.minusSeconds(5_100).getEpochSecond());
        assertThat(standing.at("/drills/proven").asInt()).isOne();
        assertThat(standing.at("/drills/failed").asInt()).isOne();
    }
}
