package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Retention as an administrator sees it: nights go by, a plan is looked at, a date is pinned, and
/// what no rule keeps goes, here and at a destination, by hand and by itself after a run.
class RetentionProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String USER = "bob";

    @TempDir private Path work;

    @Test
    void whatNoRuleKeepsGoesByHandAndAfterARun() throws Exception {
        assumeTrue(isRoot(), "accounts are packed with their own rights, which takes root");
        Path server = work.resolve("server");
        DemoServer.write(server, 50);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            daemon.call(
                    "backup_config_set",
                    new Parameters()
                            .add("backupenable", "1")
                            .add("backup_daily_retention", "2")
                            .add("force_prune_daily", "1"));
            String far =
                    daemon.call(
                                    "backup_destination_add",
                                    new Parameters()
                                            .add("name", "far")
                                            .add("type", "Local")
                                            .add("path", "/far"))
                            .path("id")
                            .asString("");
            LocalDate today = backup(daemon, server);
            for (int days = 1; days <= 4; days++) {
                copy(server.resolve("backup"), today, today.minusDays(days));
            }
            assertThat(
                            daemon.call("packhorse_catalog_rebuild", new Parameters())
                                    .path("added")
                                    .asInt())
                    .isEqualTo(4);

            assertPlanIsTold(today);
            LocalDate pinned = today.minusDays(4);
            assertThat(packhorse("pin", USER, pinned.toString()).code()).isZero();
            assertThat(packhorse("pin").out()).contains(USER, pinned + "  everywhere  for ever");
            assertThat(packhorse("pin", USER, "2001-01-01").err()).contains("no restore point");

            EndedCommand pruned = packhorse("prune", "--follow");
            assertThat(pruned.code()).as(pruned.out() + pruned.err()).isZero();
            assertThat(pruned.out())
                    .contains(
                            "Pruning backup directory: "
                                    + server.resolve("backup/" + today.minusDays(3)),
                            "removed 2 restore points");
            assertThat(dates(server)).containsExactlyInAnyOrder(today, today.minusDays(1), pinned);

            assertThat(packhorse("unpin", USER, pinned.toString()).code()).isZero();
            String run =
                    daemon.call("packhorse_run_now", new Parameters().add("tier", "daily"))
                            .path("job")
                            .asString("");
            daemon.awaitEnd(run, LIMIT);
            for (String place : List.of("local", "far")) {
                JsonNode prune = daemon.awaitEnd(pruneAfter(daemon, run, place), LIMIT);
                assertThat(prune.path("state").asString("")).as("%s", prune).isEqualTo("succeeded");
            }
            assertThat(dates(server)).containsExactlyInAnyOrder(today, today.minusDays(1));
            assertThat(packhorse("status").out()).contains("pruning        after each run");
            assertThat(packhorse("schedule", "ls", "--days", "8").out()).contains("daily");
            assertPreview(today, far);
            assertThat(daemon.stop()).isZero();
        }
    }

    private static boolean isRoot() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    private static LocalDate backup(DaemonUnderTest daemon, Path server) throws Exception {
        String job =
                daemon.call("packhorse_backup_start", new Parameters().add("user", USER))
                        .path("job")
                        .asString("");
        JsonNode backup = daemon.awaitEnd(job, LIMIT);
        String archive = backup.path("result").path("archive").asString("");
        assertThat(server.resolve("backup").resolve(archive)).isRegularFile();
        DaemonUnderTest.await(LIMIT, () -> Files.exists(server.resolve("far").resolve(archive)));
        return LocalDate.parse(archive.substring(0, 10));
    }

    /// A night that went by.
    private static void copy(Path backups, LocalDate from, LocalDate to) throws IOException {
        Path source = backups.resolve(from.toString());
        Path target = backups.resolve(to.toString());
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Files.copy(each, target.resolve(source.relativize(each)));
            }
        }
    }

    private static List<LocalDate> dates(Path server) throws IOException {
        List<LocalDate> dates = new ArrayList<>();
        try (Stream<Path> entries = Files.list(server.resolve("backup"))) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("\\d{4}-\\d{2}-\\d{2}"))
                    .forEach(name -> dates.add(LocalDate.parse(name)));
        }
        return dates;
    }

    private void assertPlanIsTold(LocalDate today) throws Exception {
        EndedCommand plan = packhorse("prune", "--plan", "--account", USER);
        assertThat(plan.code()).as(plan.err()).isZero();
        assertThat(plan.out())
                .contains("local (local): 2 stay, 3 go", "far (", "1 stay, 0 go")
                .containsPattern("keep +daily +" + today + " +bob .*daily 1 of 2")
                .containsPattern("remove +daily +" + today.minusDays(2) + " +bob .*beyond 2 daily");
        assertThat(packhorse("prune", "--plan", "--confirm").code()).isEqualTo(2);
        assertThat(packhorse("prune", "--force").code()).isEqualTo(2);
    }

    private static String pruneAfter(DaemonUnderTest daemon, String run, String place)
            throws ClientException {
        String[] found = {""};
        DaemonUnderTest.await(
                LIMIT,
                () -> {
                    try {
                        for (JsonNode job :
                                daemon.call(
                                                "packhorse_job_list",
                                                new Parameters().add("kind", "prune"))
                                        .path("jobs")) {
                            if (job.path("owner").asString("").equals("run:" + run)
                                    && job.path("subject").asString("").equals(place)) {
                                found[0] = job.path("id").asString("");
                            }
                        }
                    } catch (ClientException e) {
                        throw new AssertionError(e);
                    }
                    return !found[0].isEmpty();
                });
        return found[0];
    }

    /// In eight days at least one scheduled run replaces what is there.
    private void assertPreview(LocalDate today, String far) throws Exception {
        EndedCommand preview = packhorse("schedule", "preview", "--days", "8", "--account", USER);
        assertThat(preview.out())
                .contains(today + " ", far + ": daily/", "local: daily/")
                .contains("local 2");
    }

    private EndedCommand packhorse(String... arguments) throws Exception {
        return EndedCommand.run(work, arguments);
    }
}
