package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.Caller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class CallAuditTest {
    private static final Caller ROOT = new Caller("root", Set.of("all"), "", "127.0.0.1");
    private static final Caller BOB = new Caller("bob", Set.of("list-accts"), "", "192.0.2.1");

    private final List<String> noted = new ArrayList<>();
    private final Dispatcher dispatcher = dispatcher();

    private Dispatcher dispatcher() {
        List<WhmFunction> functions = new ArrayList<>(TestFunctions.all());
        functions.add(
                new WhmFunction(
                        FunctionSpec.of(
                                "change",
                                Permission.ROOT,
                                "Changes.",
                                ParameterSpec.required("user", ParameterSpec.Type.ACCOUNT, "Whose"),
                                ParameterSpec.optional(
                                        "password", ParameterSpec.Type.SECRET, "Which")),
                        (_, arguments) -> {
                            if (arguments.find("password").isEmpty()) {
                                throw WhmException.failure("No password.");
                            }
                            return Answer.ok(JsonNodeFactory.instance.objectNode());
                        }));
        return new Dispatcher(
                functions,
                (caller, account) -> caller.isRoot() || account.value().equals("carol"),
                (caller, function, parameters, account, end, reason) ->
                        noted.add(
                                String.join(
                                        " ",
                                        caller.user(),
                                        function,
                                        parameters.toString(),
                                        account,
                                        end.name(),
                                        reason)));
    }

    private void call(Caller caller, String function, String... parameters) {
        Map<String, List<String>> all = new HashMap<>(Map.of("api.version", List.of("1")));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], List.of(parameters[i + 1]));
        }
        dispatcher.call(caller, function, new RawParameters(all));
    }

    @Test
    void changesAreNotedWithNamesAndNoValues() {
        call(ROOT, "change", "user", "alice", "password", "a secret", "unknown", "x");
        call(ROOT, "change", "user", "alice");
        assertThat(noted).hasSize(2);
        assertThat(noted.get(0)).isEqualTo("root change [password, user] alice DONE ");
        assertThat(noted.get(1))
                .startsWith("root change [user] alice FAILED ")
                .endsWith("No password.");
    }

    @Test
    void readingIsNotNotedAndEveryRefusalIs() {
        call(ROOT, "version");
        call(ROOT, "accountsummary", "user", "alice");
        call(ROOT, "accountsummary", "user", "nobody1");
        call(BOB, "listaccts");
        assertThat(noted).isEmpty();

        call(BOB, "change", "user", "carol", "password", "p");
        call(BOB, "accountsummary", "user", "alice");
        assertThat(noted).hasSize(2);
        assertThat(noted.get(0)).startsWith("bob change [password, user] carol DENIED You do not");
        assertThat(noted.get(1)).startsWith("bob accountsummary [user] alice DENIED");
    }

    @Test
    void theCallsOfABatchAreNotedEachForItself() {
        call(ROOT, "batch", "command", "change?user=alice&password=p", "command-1", "version");
        assertThat(noted).containsExactly("root change [password, user] alice DONE ");
    }
}
