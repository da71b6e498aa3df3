package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.Acls;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What every function must do, made from its declaration: refuse a call that lacks something, has
/// a value of the wrong kind, or comes from somebody without the right; and answer everything in
/// the one shape, without ever breaking.
class ConformanceTest {
    private static final Caller NOBODY = new Caller("rita", Set.of(), "", "127.0.0.1");

    @TempDir Path root;
    private TestServer server;
    private Dispatcher dispatcher;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.account("rita", "rita");
        server.account("carol", "rita");
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        dispatcher = server.dispatcher();
    }

    private List<DynamicTest> each(Check check) {
        return dispatcher.registry().specs().stream()
                // what takes an account away must not take it from the others
                .sorted(Comparator.comparing(spec -> spec.name().equals("removeacct")))
                .map(spec -> DynamicTest.dynamicTest(spec.name(), () -> check.of(spec)))
                .toList();
    }

    /// What is asked of one function.
    @FunctionalInterface
    private interface Check {
        void of(FunctionSpec spec) throws Exception;
    }

    @TestFactory
    List<DynamicTest> aCallWithoutARequiredParameterNamesIt() {
        return each(spec -> {
            for (ParameterSpec missing : spec.parameters()) {
                if (missing.required()) {
                    Map<String, List<String>> call = sample(spec);
                    call.remove(missing.name());
                    assertThat(reason(TestServer.ROOT, spec, call, 0))
                            .matches(
                                    "API failure: \\(XID [a-z0-9]{6}\\) Provide the “"
                                            + missing.name()
                                            + "” argument\\.");
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> aValueOfAnotherKindIsRefusedByName() {
        return each(spec -> {
            for (ParameterSpec parameter : spec.parameters()) {
                for (String wrong : wrong(parameter)) {
                    Map<String, List<String>> call = sample(spec);
                    call.put(parameter.name(), List.of(wrong));
                    assertThat(reason(TestServer.ROOT, spec, call, 0))
                            .contains("API failure: (XID ", "“" + parameter.name() + "”");
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> aParameterGivenTwiceIsRefusedUnlessItIsAList() {
        return each(spec -> {
            for (ParameterSpec parameter : spec.parameters()) {
                if (parameter.type() != ParameterSpec.Type.LIST) {
                    Map<String, List<String>> call = sample(spec);
                    call.put(parameter.name(), List.of(value(parameter), value(parameter)));
                    assertThat(reason(TestServer.ROOT, spec, call, 0))
                            .contains(
                                    "“" + parameter.name() + "” argument is given more than once");
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> withoutTheRightNothingIsToldBut() {
        return each(spec -> {
            if (!spec.permission().equals(Permission.AUTHENTICATED)) {
                String refused = "You do not have permission to call “" + spec.name() + "”.";
                assertThat(reason(NOBODY, spec, sample(spec), 0)).isEqualTo(refused);
                assertThat(reason(NOBODY, spec, Map.of(), 0)).isEqualTo(refused);
            }
        });
    }

    @TestFactory
    List<DynamicTest> aResellerWithEveryRightButAllActsOnNoForeignAccount() {
        Set<String> rights = new TreeSet<>(Acls.NAMES);
        rights.remove(Caller.ALL);
        Caller reseller = new Caller("rita", rights, "", "127.0.0.1");
        return each(spec -> {
            boolean permitted =
                    spec.permission().equals(Permission.AUTHENTICATED)
                            || reseller.has(spec.permission().acl());
            for (ParameterSpec parameter : spec.parameters()) {
                if (parameter.type() == ParameterSpec.Type.ACCOUNT) {
                    Map<String, List<String>> call = sample(spec);
                    call.put(parameter.name(), List.of("alice"));
                    assertThat(reason(reseller, spec, call, 0))
                            .contains(
                                    permitted && !spec.permission().equals(Permission.ROOT)
                                            ? "You do not have a user named “alice”."
                                            : "You do not have permission to call");
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> legalValuesNeverBreakAFunction() {
        return each(spec -> {
            assertHolds(spec, sample(spec));
            Map<String, List<String>> everything = new LinkedHashMap<>();
            for (ParameterSpec parameter : spec.parameters()) {
                everything.put(parameter.name(), List.of(value(parameter)));
            }
            assertHolds(spec, everything);
        });
    }

    @TestFactory
    List<DynamicTest> oddTextsNeverBreakAFunction() {
        return each(spec -> {
            for (String odd :
                    List.of(
                            "../../etc/passwd",
                            "/",
                            "“’%00;$(x)",
                            "-1",
                            "a".repeat(8_000),
                            "é\u202e")) {
                for (ParameterSpec parameter : spec.parameters()) {
                    Map<String, List<String>> call = sample(spec);
                    call.put(parameter.name(), List.of(odd));
                    assertHolds(spec, call);
                }
            }
        });
    }

    /// The answer has the shape of every answer, and is no fault of the server's.
    private void assertHolds(FunctionSpec spec, Map<String, List<String>> call) {
        JsonNode body = call(TestServer.ROOT, spec, call).body();
        JsonNode metadata = body.path("metadata");
        assertThat(metadata.path("version").asInt()).isOne();
        assertThat(metadata.path("command").asString()).isEqualTo(spec.name());
        assertThat(metadata.path("result").asInt(-1)).isBetween(0, 1);
        assertThat(metadata.path("reason").asString())
                .isNotEmpty()
                .doesNotContain("could not carry out");
        if (metadata.path("result").asInt() == 0 && !spec.name().equals("batch")) {
            assertThat(body.has("data")).isFalse();
        }
    }

    @Test
    void functionsOutOfScopeAnswerLikeUnknownOnes() {
        for (String name : List.of("modifyacct", "addpkg", "no_such_thing", "ListAccts")) {
            assertThat(
                            dispatcher
                                    .call(
                                            TestServer.ROOT,
                                            name,
                                            RawParameters.of("api.version", "1"))
                                    .body())
                    .hasToString(
                            "{\"metadata\":{\"command\":\""
                                    + name
                                    + "\",\"reason\":\"Unknown app (\\\""
                                    + name
                                    + "\\\") requested for this version (1) of the API.\","
                                    + "\"result\":0,\"version\":1}}");
        }
    }

    private Reply call(Caller caller, FunctionSpec spec, Map<String, List<String>> call) {
        Map<String, List<String>> all = new LinkedHashMap<>(call);
        all.put("api.version", List.of("1"));
        return dispatcher.call(caller, spec.name(), new RawParameters(all));
    }

    private String reason(
            Caller caller, FunctionSpec spec, Map<String, List<String>> call, int result) {
        JsonNode metadata = call(caller, spec, call).body().path("metadata");
        assertThat(metadata.path("result").asInt()).as(metadata.toString()).isEqualTo(result);
        return metadata.path("reason").asString();
    }

    /// A legal value for each required parameter.
    private static Map<String, List<String>> sample(FunctionSpec spec) {
        Map<String, List<String>> call = new LinkedHashMap<>();
        for (ParameterSpec parameter : spec.parameters()) {
            if (parameter.required()) {
                call.put(parameter.name(), List.of(value(parameter)));
            }
        }
        return call;
    }

    private static String value(ParameterSpec parameter) {
        return switch (parameter.type()) {
            // No test looks up a name or leaves this machine.
            case TEXT, SECRET, LIST -> parameter.name().equals("host") ? "127.0.0.1" : "text";
            case INTEGER -> Long.toString(Math.max(1, parameter.minimum()));
            case FLAG -> "1";
            case CHOICE -> parameter.values().getFirst();
            case ACCOUNT -> "alice";
            case DATE -> "2026-11-20";
            case SLOT -> "2026-11-20";
        };
    }

    private static List<String> wrong(ParameterSpec parameter) {
        if (parameter.judgedLater()) {
            return List.of("a\u0001b", "line\nline", "a".repeat(8_193));
        }
        return switch (parameter.type()) {
            case TEXT, LIST -> List.of("a\u0001b", "line\nline", "a".repeat(8_193));
            case SECRET -> List.of("a".repeat(65_537));
            case INTEGER -> outOfRange(parameter);
            case FLAG -> List.of("maybe", "2", "-1");
            case CHOICE -> List.of("no such choice", "\u0000");
            case ACCOUNT -> List.of("../x", "Root", "a b", "a".repeat(40), "root");
            case DATE, SLOT -> List.of("yesterday", "2026-02-30", "2026-1-1", "20261120");
        };
    }

    private static List<String> outOfRange(ParameterSpec parameter) {
        List<String> values = new ArrayList<>(List.of("one", "1.5", "0x1", "9".repeat(19)));
        if (parameter.minimum() > Long.MIN_VALUE) {
            values.add(Long.toString(parameter.minimum() - 1));
        }
        if (parameter.maximum() < Long.MAX_VALUE) {
            values.add(Long.toString(parameter.maximum() + 1));
        }
        return values;
    }
}
