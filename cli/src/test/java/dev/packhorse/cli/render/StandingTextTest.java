package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class StandingTextTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    private static List<String> lines(String json) {
        return StandingText.lines(JsonMapper.builder().build().readTree(json), NOW, ZoneOffset.UTC);
    }

    @Test
    void everythingFitsOnOneScreen() {
        assertThat(
                        lines(
                                """
                                {"last_run": {"date": "2026-03-09", "state": "partial", "finished": 1773025920,
                                  "succeeded": 2, "partial": 1, "failed": 1, "cancelled": 0,
                                  "errors": ["bob: disk is full"]},
                                 "run_under_way": {"date": "2026-03-10", "accounts": 4, "done": 1, "seconds_left": 300},
                                 "next_run": 1773194400,
                                 "failing": [{"kind": "upload", "user": "bob", "reason": "wrong password"}],
                                 "space": [{"place": "backup directory", "free": 1610612736, "total": 107374182400},
                                  {"place": "state folder", "free": 512, "total": 1048576}],
                                 "destinations": [{"name": "near", "state": "ok"},
                                  {"name": "far", "state": "paused", "seconds_left": 540, "reason": "no room"}],
                                 "oldest_backup": {"user": "carol", "packed": 1772798400, "without_any": 2}}
                                """))
                .containsExactly(
                        "last night     2026-03-09: partial, 3 of 4 accounts backed up, ended 2026-03-09 03:12",
                        "               bob: disk is full",
                        "running        2026-03-10: 1 of 4 accounts done, about 5 min left",
                        "tonight        2026-03-11 02:00",
                        "failing        upload bob: wrong password",
                        "space          backup directory 1.5 GiB of 100.0 GiB free, state folder 512 B of 1.0 MiB free",
                        "destinations   near ok",
                        "               far paused for 9 min: no room",
                        "oldest backup  carol, 4 days; 2 accounts have none");
    }

    @Test
    void aStoreAtRiskIsNamed() {
        assertThat(lines("{\"store_at_risk\": \"the database server runs with fsync=off\"}"))
                .contains("store          the database server runs with fsync=off");
    }

    @Test
    void filesOfSettingsThatCannotBeReadAreNamed() {
        assertThat(
                        lines(
                                """
                                {"config_fault": "/c, line 2: no",
                                 "destinations": [{"name": "far", "state": "unreadable", "reason": "/d, line 3: bad"}]}
                                """))
                .contains(
                        "tonight        NOTHING RUNS: the backup configuration cannot be read: /c, line 2: no",
                        "destinations   far unreadable: /d, line 3: bad");
    }

    @Test
    void whatIsNotKnownHasNoLine() {
        assertThat(lines("{\"failing\": [], \"space\": [], \"destinations\": []}"))
                .containsExactly(
                        "last night     no run has ended yet",
                        "tonight        nothing is scheduled: switch on backupenable with backup_config_set");
    }
}
