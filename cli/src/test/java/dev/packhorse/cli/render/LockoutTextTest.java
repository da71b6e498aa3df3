package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LockoutTextTest {
    private static List<String> lines(String lockouts) {
        JsonNode data = new JsonMapper().readTree("{\"lockouts\":[" + lockouts + "]}");
        return LockoutText.list(data).stream()
                .map(line -> line.replaceAll("until [-:+ 0-9]+,", "until then,"))
                .toList();
    }

    @Test
    void addressesAndCodesAreToldApart() {
        assertThat(
                        lines(
                                """
                                {"address":"192.0.2.1","user":"","until":1,"failures":10},
                                {"address":"127.0.0.1","user":"bob","until":1,"failures":11},
                                {"address":"","user":"bob","until":1,"failures":12}
                                """))
                .containsExactly(
                        "192.0.2.1 for every user until then, 10 wrong logins",
                        "127.0.0.1 as bob until then, 11 wrong logins",
                        "codes of bob until then, 12 wrong ones behind the right password");
        assertThat(lines("")).containsExactly("nobody is locked out");
    }
}
