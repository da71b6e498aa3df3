package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AccountPlanTextTest {
    private static final JsonNode DATA =
            new JsonMapper()
                    .readTree(
                            """
                            {"plans": [{"name": "gold", "accounts": 1,
                               "settings": {"match.packages": "gold*", "window": "22:00-06:00"},
                               "unknown_destinations": ["lost"]}],
                             "accounts": [
                               {"user": "alice", "package": "gold2", "owner": "root",
                                "plan": "gold", "why": "package gold2 is gold*"},
                               {"user": "bob", "package": "small", "owner": "anna"},
                               {"user": "carol", "problem": "damaged\\u001b"}],
                             "places": [
                               {"destid": "local", "name": "local", "sent": 1, "daily": 5,
                                "weekly": 0, "calendar_monthly": 12},
                               {"destid": "X1", "name": "far", "sent": 0, "daily": 5}]}
                            """);

    @Test
    void plansAccountsAndPlacesAreTold() {
        assertThat(AccountPlanText.lines(DATA, false))
                .containsExactly(
                        "plan gold: 1 accounts",
                        "  match.packages: gold*",
                        "  window: 22:00-06:00",
                        "  THERE IS NO DESTINATION “lost”",
                        "alice                plan gold (package gold2 is gold*)",
                        "bob                  no plan (package small, owner anna)",
                        "carol                unknown: damaged?",
                        "  local (local): daily=5 calendar_monthly=12",
                        "  far (X1), nothing is sent there: daily=5");
    }

    @Test
    void ofOneAccountThePlansAreLeftOut() {
        assertThat(AccountPlanText.lines(DATA, true).getFirst()).startsWith("alice");
    }
}
