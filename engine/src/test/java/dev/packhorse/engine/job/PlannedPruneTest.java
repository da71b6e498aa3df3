package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.SampleAccounts;
import dev.packhorse.engine.retention.Decision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What stays of accounts with plans. The server keeps three daily archives; bob has package gold.
class PlannedPruneTest extends PruneCase {
    private static final AccountName ALICE = new AccountName("alice");
    private static final AccountName BOB = new AccountName("bob");
    private static final String GOLD = "plans:\n  gold:\n    match:\n      packages: gold\n";

    @BeforeEach
    void accounts() {
        server.here = List.of(ALICE, BOB);
        server.described.put(ALICE, SampleAccounts.of("alice", "default", "root"));
        server.described.put(BOB, SampleAccounts.of("bob", "gold", "root"));
    }

    private List<Decision> decisions(DestinationId where, AccountName account) throws Exception {
        return server.planner()
                .plan(
                        new PrunePlanner.Wanted(
                                where, Optional.of(account), Optional.of(server.now()), false))
                .decisions();
    }

    private List<String> kept(DestinationId where, AccountName account) throws Exception {
        return decisions(where, account).stream()
                .filter(Decision::keep)
                .map(each -> each.point().date().toString())
                .toList();
    }

    @Test
    void aPlanKeepsNumbersOfItsOwn() throws Exception {
        server.points("alice", DestinationId.LOCAL, 6);
        server.points("bob", DestinationId.LOCAL, 6);
        server.points("bob", server.first, 6);
        server.plan(
                GOLD
                        + "    retention:\n      numbers: daily=5\n      destinations: \"FIRST: daily=1; first: daily=2\"\n");
        assertThat(kept(DestinationId.LOCAL, ALICE)).hasSize(3);
        assertThat(kept(DestinationId.LOCAL, BOB)).hasSize(5);
        assertThat(kept(server.first, BOB)).containsExactly("2027-03-01", "2027-02-28");
        assertThat(decisions(DestinationId.LOCAL, BOB).getLast().reasons())
                .containsExactly("beyond 5 daily", "plan gold");
        assertThat(decisions(DestinationId.LOCAL, ALICE).getLast().reasons())
                .containsExactly("beyond 3 daily");

        server.prune(DestinationId.LOCAL);
        assertThat(server.catalog.ofAccount(BOB))
                .filteredOn(point -> point.destination().isLocal())
                .hasSize(5);
    }

    @Test
    void aCalendarOrPlaceWithoutRunsOfThePlanIsNotWaitedFor() throws Exception {
        server.backups.file().update(Map.of(ConfigKey.FORCE_PRUNE_DAILY, "0"));
        server.points("alice", DestinationId.LOCAL, 1);
        for (int days = 2; days < 8; days++) {
            RestorePoint made =
                    server.point(
                            "bob",
                            DestinationId.LOCAL,
                            Tier.DAILY,
                            PruneServer.TODAY.minusDays(days),
                            ".tar.gz");
            server.point("bob", server.first, Tier.DAILY, made.date(), ".tar.gz");
        }
        assertThat(kept(DestinationId.LOCAL, BOB)).as("the newest run is missing").hasSize(6);
        assertThat(kept(server.first, BOB)).hasSize(6);

        server.plan(GOLD + "    calendars: weekly\n");
        assertThat(kept(DestinationId.LOCAL, BOB)).hasSize(3);
        assertThat(kept(server.first, BOB)).hasSize(3);

        server.plan(GOLD + "    destinations: second\n");
        assertThat(kept(DestinationId.LOCAL, BOB)).hasSize(6);
        assertThat(kept(server.first, BOB)).hasSize(3);
    }

    /// Whose plan is unknown may be meant to stay for years.
    @Test
    void everythingStaysOfAnAccountThatCannotBeRead() throws Exception {
        server.points("alice", DestinationId.LOCAL, 6);
        server.points("bob", DestinationId.LOCAL, 6);
        server.unreadable = Optional.of(BOB);
        assertThat(kept(DestinationId.LOCAL, BOB)).as("there are no plans").hasSize(3);

        server.plan(GOLD + "    retention:\n      numbers: daily=5\n");
        assertThat(kept(DestinationId.LOCAL, BOB)).hasSize(6);
        assertThat(decisions(DestinationId.LOCAL, BOB).getFirst().reasons())
                .containsExactly("the account's plan is unknown: its description is damaged");
        assertThat(kept(DestinationId.LOCAL, ALICE)).hasSize(3);
    }
}
