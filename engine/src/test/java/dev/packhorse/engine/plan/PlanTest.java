package dev.packhorse.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    private static final LocalDate DATE = LocalDate.parse("2026-11-24");
    private static final List<Tier> ALL = List.of(Tier.DAILY, Tier.WEEKLY, Tier.MONTHLY);

    @TempDir private Path folder;

    private Plan only(String settings) throws Exception {
        return Plans.of(
                        folder,
                        """
                        backup:
                          time: "02:00, 14:00, 20:00"
                        plans:
                          it:
                            match:
                              accounts: "*"
                        """
                                + settings)
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice|gold|root|vip|account alice",
                "bob|gold|root|gold|package gold is gold*",
                "bob|gold plus|root|gold|package gold plus is gold*",
                "bob|Gold|root|rest|account bob is *",
                "carol|small|anna|resold|package small, owner anna",
                "carol|small|root|rest|account carol is *",
                "dave|bigold|root|rest|account dave is *",
            })
    void theFirstPlanThatMatchesCounts(
            String name, String packageName, String owner, String plan, String why)
            throws Exception {
        List<Plan> plans =
                Plans.of(
                        folder,
                        """
                        plans:
                          vip:
                            match:
                              accounts: alice, zoe
                          gold:
                            match:
                              packages: "gold*"
                          resold:
                            match:
                              packages: small
                              owners: anna
                          rest:
                            match:
                              accounts: "*"
                        """);
        AccountPlans all = new AccountPlans(plans, NoAccounts.HERE, ZoneOffset.UTC);
        Optional<AccountPlans.Chosen> chosen =
                all.choose(SampleAccounts.of(name, packageName, owner));
        assertThat(chosen.map(each -> each.plan().name())).contains(plan);
        assertThat(chosen.map(AccountPlans.Chosen::why)).contains(why);
    }

    @Test
    void withoutAMatchThereIsNoPlan() throws Exception {
        List<Plan> plans = Plans.of(folder, "plans:\n  vip:\n    match:\n      accounts: zoe\n");
        AccountPlans all = new AccountPlans(plans, NoAccounts.HERE, ZoneOffset.UTC);
        assertThat(all.choose(SampleAccounts.of("alice", "gold", "root"))).isEmpty();
    }

    @Test
    void calendarsAndTimesChooseTheRuns() throws Exception {
        Plan plan = only("    calendars: daily, weekly\n    times: \"14:00, 20:00\"\n");
        SlotName night = SlotName.parse("2026-11-24.0200");
        SlotName noon = SlotName.parse("2026-11-24.1400");
        assertThat(plan.tiersOf(night, ALL)).containsExactly(Tier.WEEKLY);
        assertThat(plan.tiersOf(night, List.of(Tier.DAILY))).isEmpty();
        assertThat(plan.tiersOf(noon, List.of(Tier.DAILY))).containsExactly(Tier.DAILY);
        assertThat(plan.tiersOf(noon, ALL)).containsExactly(Tier.DAILY, Tier.WEEKLY);
        assertThat(plan.tiersOf(SlotName.of(DATE), ALL)).containsExactly(Tier.DAILY, Tier.WEEKLY);
        assertThat(only("    calendars: none\n").tiersOf(noon, ALL)).isEmpty();
        assertThat(only("").tiersOf(noon, ALL)).isEqualTo(ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-24T21:59:00Z,PT1M",
        "2026-11-24T22:00:00Z,",
        "2026-11-24T23:30:00Z,",
        "2026-11-25T05:59:59Z,",
        "2026-11-25T06:00:00Z,PT6H",
        "2026-11-25T12:30:00Z,",
        "2026-11-25T13:00:00Z,PT9H",
    })
    void theWindowOpensAndCloses(Instant now, Duration closedFor) throws Exception {
        Plan plan = only("    window: \"22:00-06:00, 12:00-13:00\"\n");
        assertThat(plan.window().closedFor(now, ZoneOffset.UTC))
                .isEqualTo(Optional.ofNullable(closedFor));
        assertThat(only("").window().closedFor(now, ZoneOffset.UTC)).isEmpty();
    }

    /// The clocks of this zone skip 02:00 to 03:00 on this day.
    @Test
    void aWindowThatTheClocksSkipOpensAfterTheGap() throws Exception {
        Plan plan = only("    window: \"02:15-04:00\"\n");
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant before = Instant.parse("2026-03-29T00:45:00Z");
        assertThat(plan.window().closedFor(before, berlin)).contains(Duration.ofMinutes(30));
        assertThat(plan.window().closedFor(before.plus(Duration.ofMinutes(30)), berlin)).isEmpty();
    }

    @Test
    void destinationsAreNamedByIdOrName() throws Exception {
        DestinationId first = DestinationId.random();
        DestinationId second = DestinationId.random();
        PlanDestinations some =
                only("    destinations: \"off SITE, " + second.value() + ", lost\"\n")
                        .destinations();
        assertThat(some.takes(first, "Off site")).isTrue();
        assertThat(some.takes(second, "x")).isTrue();
        assertThat(some.takes(first, "x")).isFalse();
        assertThat(some.unknown(Map.of(first, "Off site", second, "x"))).containsExactly("lost");
        assertThat(only("    destinations: none\n").destinations().takes(first, "x")).isFalse();
        assertThat(only("    destinations: all\n").destinations().takes(first, "x")).isTrue();
    }

    @Test
    void onlyWhatComesToAPlaceIsWaitedForThere() throws Exception {
        Optional<Plan> plan = Optional.of(only("    calendars: weekly\n    destinations: far\n"));
        Map<Tier, LocalDate> ran = Map.of(Tier.DAILY, DATE, Tier.WEEKLY, DATE);
        DestinationId id = DestinationId.random();
        assertThat(Participation.of(plan, id, "far").awaited(ran))
                .containsExactly(Map.entry(Tier.WEEKLY, DATE));
        assertThat(Participation.of(plan, DestinationId.LOCAL, "local").awaited(ran))
                .containsExactly(Map.entry(Tier.WEEKLY, DATE));
        assertThat(Participation.of(plan, id, "other").awaited(ran)).isEmpty();
        assertThat(Participation.of(plan, id, "other").tiersOf(SlotName.of(DATE), ALL)).isEmpty();
        assertThat(Participation.WHOLE.awaited(ran)).isEqualTo(ran);
    }
}
