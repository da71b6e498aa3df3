package dev.packhorse.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanSettingsTest {
    @TempDir private Path folder;

    private List<Plan> load(String text, String... overrides) throws Exception {
        Path file = folder.resolve("packhorse.yaml");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return SettingsLoader.load(Optional.of(file), List.of(overrides)).plans();
    }

    @Test
    void plansAreReadInTheirOrder() throws Exception {
        List<Plan> plans =
                load(
                        """
                        backup:
                          time: "02:00, 14:00"
                        plans:
                          zeta:
                            match:
                              packages: gold
                            times: "14:00"
                            calendars: weekly, daily
                            leave_out: databases, logs
                          alpha:
                            match:
                              owners: anna
                        """,
                        "plans.alpha.window=22:00-06:00");
        assertThat(plans).extracting(Plan::name).containsExactly("zeta", "alpha");
        assertThat(plans.getFirst().times()).contains(DayTimes.parse("14:00"));
        assertThat(plans.getFirst().calendars()).containsExactly(Tier.DAILY, Tier.WEEKLY);
        assertThat(plans.getFirst().leftOut())
                .containsExactlyInAnyOrder(PackSkip.DATABASES, PackSkip.LOGS);
        assertThat(plans.getLast().written())
                .containsEntry("match.owners", "anna")
                .containsEntry("window", "22:00-06:00");
        assertThat(load("plans:\n")).isEmpty();
        assertThat(load("plans: {}\n")).isEmpty();
    }

    /// The example in the shipped file is what somebody begins with.
    @Test
    void theShippedExampleIsRight() throws Exception {
        String shipped = Files.readString(Path.of("../config/packhorse.yaml"));
        int from = shipped.indexOf("# plans:\n");
        assertThat(from).isPositive();
        String example =
                shipped.substring(from)
                        .lines()
                        .takeWhile(line -> line.startsWith("#"))
                        .map(line -> line.substring(Math.min(2, line.length())))
                        .collect(Collectors.joining("\n"));
        List<Plan> plans = load(example);
        assertThat(plans).hasSizeGreaterThan(1);
        for (PlanKey key : PlanKey.values()) {
            assertThat(shipped.substring(0, from) + example)
                    .as(key.word)
                    .contains(key.word.substring(key.word.lastIndexOf('.') + 1) + ":");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "    calendar: daily|packhorse.yaml:5: plans.it.calendar is not a setting of a plan",
                "    calendars: dayly|packhorse.yaml:5: plans.it.calendars is “dayly”, which is not right at “dayly”",
                "    calendars: daily, daily|which is naming “daily” twice",
                "    leave_out: mails|packhorse.yaml:5: plans.it.leave_out is “mails”, which is not right at “mails”",
                "    window: 22-6|plans.it.window is “22-6”, which is none of the form HH:MM-HH:MM",
                "    times: 03:00|packhorse.yaml:5: plans.it.times has a time at which no run starts",
                "    destinations: local|which is naming the backup directory",
                "    destinations: a,,b|which is naming nothing between two commas",
                "    retention:\\n      numbers: dayly=3|packhorse.yaml:6: plans.it.retention.numbers is “dayly=3”, which is not right at “dayly=3”",
                "    retention:\\n      numbers: daily=3 lock_days=3|which is setting lock_days, which is the same for all",
                "    retention:\\n      destinations: 'far: orphan_days=3'|which is setting orphan_days, which is the same for all",
                "  other:\\n    calendars: daily|packhorse.yaml:6: plans.other matches no account",
                "  empty:|packhorse.yaml:5: plans.empty is not a setting of a plan",
                "  a.b:\\n    window: x|plans.a.b.window is not a setting of a plan",
            })
    void complaintsNameTheLineAndTheKey(String text, String expected) {
        String head = "plans:\n  it:\n    match:\n      accounts: x\n";
        assertThatThrownBy(() -> load(head + text.replace("\\n", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void oneAccountMayNotStandForAllByMistake() {
        assertThatThrownBy(() -> load("plans:\n  it:\n    match:\n      accounts: \"\"\n"))
                .hasMessageContaining("packhorse.yaml:4: plans.it matches no account");
        assertThatThrownBy(() -> load("plans: x\n"))
                .hasMessageContaining("packhorse.yaml:1: plans is not a setting of a plan");
    }
}
