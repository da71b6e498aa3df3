package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The work that a daemon is given by chance, round for round, and what must come of it.
final class SoakWork {
    private static final int KEPT_JOBS = 80;

    /// A backup waits for a restore of its account, which waits for a place that hangs.
    private static final Duration LOCAL_WORK = Duration.ofMinutes(15);

    private final DaemonUnderTest daemon;
    private final SoakAccounts accounts;
    private final List<String> places;
    private final Random chance;
    private final Set<String> accepted = new HashSet<>();
    private final Map<String, Integer> ended = new TreeMap<>();

    /// @param places ids of the destinations
    SoakWork(DaemonUnderTest daemon, SoakAccounts accounts, List<String> places, Random chance) {
        this.daemon = daemon;
        this.accounts = accounts;
        this.places = places;
        this.chance = chance;
    }

    /// Changes accounts, packs some of them, and asks for a few things more. Comes back when what
    /// needs no destination is done.
    void round() throws ClientException, IOException {
        List<String> packs = new ArrayList<>();
        for (String account : SoakAccounts.NAMES) {
            if (chance.nextInt(5) < 2) {
                accounts.change(account, chance);
                packs.add(backUp(account));
            }
        }
        for (int i = 0; i < 4; i++) {
            ask();
        }
        for (String pack : packs) {
            daemon.awaitEnd(pack, LOCAL_WORK);
        }
        removeEndedJobs();
    }

    private String backUp(String account) throws ClientException {
        Parameters parameters = new Parameters().add("user", account);
        if (chance.nextInt(8) == 0) {
            parameters.add("label", "soak");
        }
        return started("packhorse_backup_start", parameters);
    }

    private void ask() throws ClientException {
        String account = SoakAccounts.NAMES.get(chance.nextInt(SoakAccounts.NAMES.size()));
        Parameters one = new Parameters().add("user", account);
        switch (chance.nextInt(10)) {
            case 0 -> started("packhorse_restore_start", one.add("destid", anyPlace()));
            case 1 ->
                    started(
                            "packhorse_restore_start",
                            one.add("destid", anyPlace()).add("part", "path:public_html"));
            case 2 -> started("packhorse_restore_plan", one.add("destid", anyPlace()));
            case 3 -> started("restore_queue_add_task", one.add("restore_point", today()));
            case 4 -> started("packhorse_verify_start", one);
            case 5 -> started("packhorse_drill_start", one);
            case 6 -> prune();
            case 7 -> started("packhorse_destination_adopt", destination("destid"));
            case 8 -> daemon.call("restore_queue_activate", new Parameters());
            default -> cancelOne();
        }
    }

    private Parameters destination(String name) {
        return new Parameters().add(name, places.get(chance.nextInt(places.size())));
    }

    private String anyPlace() {
        int drawn = chance.nextInt(places.size() + 1);
        return drawn == places.size() ? "local" : places.get(drawn);
    }

    static String today() {
        return LocalDate.now(java.time.ZoneId.systemDefault()).toString();
    }

    /// Starts a job, unless the daemon knows why not; that there is no archive yet is one reason.
    private String started(String function, Parameters parameters) throws ClientException {
        JsonNode data = daemon.envelope(function, parameters).path("data");
        List<String> ids = new ArrayList<>();
        data.path("jobs").forEach(job -> ids.add(job.path("job").asString("")));
        ids.add(data.path(data.has("queue_id") ? "queue_id" : "job").asString(""));
        ids.removeIf(String::isEmpty);
        accepted.addAll(ids);
        return ids.isEmpty() ? "" : ids.getFirst();
    }

    private void prune() throws ClientException {
        for (JsonNode pin : daemon.call("packhorse_pin_list", new Parameters()).path("pins")) {
            daemon.call(
                    "packhorse_pin_remove",
                    new Parameters()
                            .add("user", pin.path("user").asString(""))
                            .add("date", pin.path("date").asString("")));
        }
        started("packhorse_prune_start", new Parameters().add("confirm", "1"));
    }

    private void cancelOne() throws ClientException {
        List<JsonNode> open = jobs("open");
        if (!open.isEmpty()) {
            daemon.envelope("packhorse_job_cancel", id(open.get(chance.nextInt(open.size()))));
        }
    }

    private static Parameters id(JsonNode job) {
        return new Parameters().add("id", job.path("id").asString(""));
    }

    private List<JsonNode> jobs(String state) throws ClientException {
        List<JsonNode> jobs = new ArrayList<>();
        Parameters which = new Parameters().add("limit", "100000");
        if (!state.isEmpty()) {
            which.add("state", state);
        }
        daemon.call("packhorse_job_list", which).path("jobs").forEach(jobs::add);
        return jobs;
    }

    /// As a year does: all but the newest go.
    void removeEndedJobs() throws ClientException {
        Set<String> open = new HashSet<>();
        jobs("open").forEach(job -> open.add(job.path("id").asString("")));
        List<JsonNode> over =
                jobs("").stream()
                        .filter(job -> !open.contains(job.path("id").asString("")))
                        .toList();
        for (JsonNode job : over.subList(Math.min(KEPT_JOBS, over.size()), over.size())) {
            String state = job.path("state").asString("");
            ended.merge(job.path("kind").asString("") + " " + state, 1, Integer::sum);
            daemon.envelope("packhorse_job_remove", id(job));
            accepted.remove(job.path("id").asString(""));
        }
    }

    /// The night before, and those before it, go by: no backup and no prune runs meanwhile.
    void passNights() throws ClientException, IOException {
        for (String kind : List.of("backup", "prune")) {
            pause(kind, "1");
        }
        DaemonUnderTest.await(LOCAL_WORK, () -> isNoneActive("backup") && isNoneActive("prune"));
        LocalDate today = LocalDate.parse(today());
        for (int days = 1; days <= 4; days++) {
            accounts.copyNight(today, days);
        }
        daemon.call("packhorse_catalog_rebuild", new Parameters());
        for (String kind : List.of("backup", "prune")) {
            pause(kind, "0");
        }
    }

    private void pause(String kind, String paused) throws ClientException {
        daemon.call(
                "packhorse_queue_pause", new Parameters().add("kind", kind).add("paused", paused));
    }

    private boolean isNoneActive(String kind) {
        try {
            return jobs("active").stream()
                    .noneMatch(job -> job.path("kind").asString("").equals(kind));
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    /// Waits until nothing is open. What waits for its next try is begun anew, as an administrator
    /// does who knows that the network is back.
    void drain(Duration limit) {
        DaemonUnderTest.await(
                limit,
                () -> {
                    try {
                        daemon.call("restore_queue_activate", new Parameters());
                        List<JsonNode> open = jobs("open");
                        for (JsonNode job : open) {
                            hurry(job);
                        }
                        return open.isEmpty();
                    } catch (ClientException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private void hurry(JsonNode job) throws ClientException {
        boolean waits = job.path("state").asString("").equals("pending");
        if (waits && job.path("attempts").asInt() > 0) {
            daemon.envelope("packhorse_job_cancel", id(job));
            daemon.envelope("packhorse_job_retry", id(job));
        }
    }

    /// Packs and sends all, with nothing in the way.
    void packAll(Duration limit) throws ClientException {
        List<String> packs = new ArrayList<>();
        for (String account : SoakAccounts.NAMES) {
            packs.add(started("packhorse_backup_start", new Parameters().add("user", account)));
        }
        for (String pack : packs) {
            JsonNode packed = daemon.awaitEnd(pack, limit);
            assertThat(packed.path("state").asString(""))
                    .as("%s", packed)
                    .isIn("succeeded", "partial");
        }
        drain(limit);
    }

    /// Reads every archive at every place.
    ///
    /// @return how many are good
    int verifyAll(Duration limit) throws ClientException {
        int good = 0;
        JsonNode started = daemon.call("packhorse_verify_start", new Parameters().add("all", "1"));
        assertThat(started.path("jobs")).hasSize(places.size() + 1);
        for (JsonNode each : started.path("jobs")) {
            JsonNode job = daemon.awaitEnd(each.path("job").asString(""), limit);
            JsonNode result = job.path("result");
            for (String bad : List.of("damaged", "missing", "unread", "left")) {
                assertThat(result.path(bad).asInt(-1)).as("%s: %s", bad, job).isZero();
            }
            good += result.path("good").asInt();
        }
        return good;
    }

    /// Each job that a client was told of and that was not removed has ended.
    void assertAllEnded() throws ClientException {
        for (String id : accepted) {
            assertThat(daemon.job(id).path("state").asString(""))
                    .as("state of %s", id)
                    .isIn("succeeded", "partial", "failed", "cancelled");
        }
        assertThat(jobs("open")).isEmpty();
    }

    /// How many jobs ended how, of those that were removed.
    Map<String, Integer> ended() {
        return ended;
    }
}
