package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.queue.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class DispatcherTest {
    private static final Caller ROOT = new Caller("root", Set.of("all"), "", "127.0.0.1");
    private static final Caller BOB = new Caller("bob", Set.of("list-accts"), "", "127.0.0.1");
    private static final Caller NOBODY = new Caller("bob", Set.of(), "t", "127.0.0.1");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Dispatcher dispatcher = TestFunctions.dispatcher();

    private JsonNode call(Caller caller, String function, String... pairs) {
        RawParameters raw = RawParameters.of("api.version", "1");
        for (int i = 0; i < pairs.length; i += 2) {
            raw = raw.with(pairs[i], pairs[i + 1]);
        }
        return dispatcher.call(caller, function, raw).body();
    }

    private static String reason(JsonNode body) {
        assertThat(body.path("metadata").path("result").intValue()).isZero();
        assertThat(body.has("data")).isFalse();
        return body.path("metadata").path("reason").stringValue();
    }

    private static JsonNode json(String text) {
        return MAPPER.readTree(text);
    }

    @Test
    void successHasTheEnvelopeWithNumbers() {
        assertThat(call(ROOT, "version"))
                .isEqualTo(
                        json(
                                """
                                {"data":{"version":"11.9"},
                                 "metadata":{"command":"version","reason":"OK","result":1,"version":1}}
                                """));
    }

    @Test
    void dataIsLeftOutWhenThereIsNone() {
        assertThat(call(ROOT, "root_only"))
                .isEqualTo(
                        json(
                                """
                                {"metadata":{"command":"root_only","reason":"Done by root",
                                 "result":1,"version":1}}
                                """));
    }

    @Test
    void warningsStandInTheOutput() {
        Dispatcher warning =
                new Dispatcher(
                        List.of(
                                new WhmFunction(
                                        FunctionSpec.of("w", Permission.AUTHENTICATED, ""),
                                        (_, _) ->
                                                new Answer(
                                                        java.util.Optional.empty(),
                                                        "OK",
                                                        List.of("mind the gap")))),
                        (_, _) -> true);
        JsonNode body = warning.call(ROOT, "w", RawParameters.of("api.version", "1")).body();
        assertThat(body.at("/metadata/output/warnings/0").stringValue()).isEqualTo("mind the gap");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nope",
                "Version",
                "version ",
                " version",
                "VERSION",
                "",
                "a/b",
                "vers\0ion"
            })
    void unknownNamesAreAnsweredInCpanelsWords(String name) {
        JsonNode body = call(ROOT, name);
        assertThat(reason(body))
                .isEqualTo(
                        "Unknown app (\""
                                + name
                                + "\") requested for this version (1) of the API.");
        assertThat(body.at("/metadata/command").stringValue()).isEqualTo(name);
    }

    @Test
    void functionsThatNeedARightAreRefusedWithoutIt() {
        String text = "You do not have permission to call “%s”.";
        assertThat(reason(call(NOBODY, "listaccts"))).isEqualTo(text.formatted("listaccts"));
        assertThat(reason(call(BOB, "root_only"))).isEqualTo(text.formatted("root_only"));
        Caller bobWithAll = new Caller("bob", Set.of("all"), "", "127.0.0.1");
        assertThat(reason(call(bobWithAll, "root_only"))).isEqualTo(text.formatted("root_only"));
        Caller narrowRoot = new Caller("root", Set.of("list-accts"), "t", "127.0.0.1");
        assertThat(reason(call(narrowRoot, "root_only"))).isEqualTo(text.formatted("root_only"));
        assertThat(call(narrowRoot, "listaccts").at("/metadata/result").intValue()).isOne();
    }

    @Test
    void rightIsJudgedBeforeTheArguments() {
        assertThat(reason(call(NOBODY, "accountsummary", "user", "../..")))
                .startsWith("You do not have permission");
    }

    @Test
    void foreignAndUnknownAccountsGetTheSameAnswer() {
        String foreign = reason(call(BOB, "accountsummary", "user", "alice"));
        String unknown = reason(call(BOB, "accountsummary", "user", "zoe"));
        String neutral = "API failure: (XID ______) You do not have a user named “%s”.";
        assertThat(mask(foreign)).isEqualTo(neutral.formatted("alice"));
        assertThat(mask(unknown)).isEqualTo(neutral.formatted("zoe"));
        assertThat(call(BOB, "accountsummary", "user", "carol").at("/metadata/result").intValue())
                .isOne();
        assertThat(call(ROOT, "accountsummary", "user", "carol").at("/metadata/result").intValue())
                .isOne();
        assertThat(mask(reason(call(ROOT, "accountsummary", "user", "zoe"))))
                .isEqualTo(neutral.formatted("zoe"));
    }

    private static String mask(String reason) {
        return reason.replaceAll("XID [a-z0-9]{6}", "XID ______");
    }

    @Test
    void faultsOfACallCarryAFreshMark() {
        String first = reason(call(ROOT, "echo"));
        String second = reason(call(ROOT, "echo"));
        assertThat(first)
                .matches("API failure: \\(XID [a-z0-9]{6}\\) Provide the “text” argument\\.");
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void refusalOfAFunctionIsTheWholeReason() {
        assertThat(reason(call(ROOT, "echo", "text", "refuse")))
                .isEqualTo("Unable to find archive at /backup");
    }

    @Test
    void faultInsideAFunctionTellsNothingButItsMark() {
        assertThat(reason(call(ROOT, "broken")))
                .matches(
                        "API failure: \\(XID [a-z0-9]{6}\\) The server could not carry out"
                                + " “broken”; its log says why under this XID\\.");
    }

    @Test
    void unreadableOwnersAreAFaultAndNotAPermission() {
        Dispatcher failing =
                new Dispatcher(
                        TestFunctions.all(),
                        (_, _) -> {
                            throw new java.io.IOException("disk");
                        });
        RawParameters raw = RawParameters.of("api.version", "1").with("user", "carol");
        assertThat(reason(failing.call(BOB, "accountsummary", raw).body()))
                .contains("could not carry out");
    }

    @Test
    void applistNamesEverythingSorted() {
        assertThat(call(NOBODY, "applist").path("data"))
                .isEqualTo(
                        json(
                                """
                                {"app":["accountsummary","applist","batch","broken","echo",
                                 "listaccts","root_only","version"]}
                                """));
    }

    @Test
    void declarationsThatContradictThemselvesAreRefused() {
        WhmFunction version = TestFunctions.all().getFirst();
        assertThatThrownBy(() -> new FunctionRegistry(List.of(version, version)))
                .hasMessageContaining("version");
        assertThatThrownBy(() ->
                        registryOf(
                                ParameterSpec.flag("a", true, ""),
                                ParameterSpec.flag("a", true, "")))
                .hasMessageContaining("f.a");
        assertThatThrownBy(() ->
                        registryOf(
                                ParameterSpec.optional("n", ParameterSpec.Type.INTEGER, "")
                                        .withRange(1, 5)
                                        .withDefault("9")))
                .hasMessageContaining("default of f.n");
    }

    private static FunctionRegistry registryOf(ParameterSpec... parameters) {
        FunctionSpec spec = FunctionSpec.of("f", Permission.ROOT, "", parameters);
        return new FunctionRegistry(List.of(new WhmFunction(spec, (_, _) -> Answer.ok())));
    }

    @Test
    void apiZeroHasItsOwnForms() {
        assertThat(zero(ROOT, "version")).isEqualTo(json("{\"version\":\"11.9\"}"));
        assertThat(zero(ROOT, "applist").path("app").size()).isEqualTo(8);
        JsonNode list = zero(BOB, "listaccts");
        assertThat(list.path("status").intValue()).isOne();
        assertThat(list.path("statusmsg").stringValue()).isEqualTo("Ok");
        assertThat(list.at("/acct/1/user").stringValue()).isEqualTo("carol");
        assertThat(zero(ROOT, "accountsummary", "user", "carol").at("/acct/0/user").stringValue())
                .isEqualTo("carol");
        JsonNode unknown =
                json("{\"status\":0,\"statusmsg\":\"Account does not exist\",\"acct\":null}");
        assertThat(zero(ROOT, "accountsummary", "user", "zoe")).isEqualTo(unknown);
        assertThat(zero(BOB, "accountsummary", "user", "alice")).isEqualTo(unknown);
        assertThat(zero(NOBODY, "listaccts").path("status").intValue()).isZero();
        for (String name : List.of("nope", "echo", "batch", "gethostname")) {
            assertThat(zero(ROOT, name))
                    .isEqualTo(json("{\"error\":\"Unknown App Requested: " + name + "\"}"));
        }
    }

    private JsonNode zero(Caller caller, String function, String... pair) {
        RawParameters raw =
                pair.length == 0 ? RawParameters.NONE : RawParameters.of(pair[0], pair[1]);
        JsonNode absent = dispatcher.call(caller, function, raw).body();
        assertThat(
                        mask(
                                dispatcher
                                        .call(caller, function, raw.with("api.version", "0"))
                                        .body()
                                        .toString()))
                .isEqualTo(mask(absent.toString()));
        return absent;
    }

    @Test
    void aStoreThatDoesNotAnswerIsToldFromAFault() {
        WhmFunction away =
                new WhmFunction(
                        FunctionSpec.of("away", Permission.AUTHENTICATED, "Fails."),
                        (_, _) -> {
                            throw new QueueException("secret", new java.sql.SQLException("gone"));
                        });
        Dispatcher one = new Dispatcher(List.of(away), new AccountOwners(TestFunctions.accounts()));
        RawParameters raw = RawParameters.of("api.version", "1");
        Reply reply = one.call(ROOT, "away", raw);
        assertThat(reply.storeFailed()).isTrue();
        assertThat(reason(reply.body()))
                .contains("The store of this server does not answer; try again later.")
                .doesNotContain("secret");
        assertThat(dispatcher.call(ROOT, "broken", raw).storeFailed()).isFalse();
        assertThat(dispatcher.call(ROOT, "version", raw).storeFailed()).isFalse();
    }

    @Test
    void versionIsTakenOnceOrTheSameTwice() {
        RawParameters same = new RawParameters(Map.of("api.version", List.of("1", "1")));
        assertThat(dispatcher.call(ROOT, "version", same).succeeded()).isTrue();
        RawParameters both = new RawParameters(Map.of("api.version", List.of("0", "1")));
        assertThat(reason(dispatcher.call(ROOT, "version", both).body()))
                .contains("“api.version” argument is given more than once");
        RawParameters two = RawParameters.of("api.version", "2");
        assertThat(reason(dispatcher.call(ROOT, "version", two).body()))
                .isEqualTo("Unknown app (\"version\") requested for this version (2) of the API.");
    }

    @Test
    void batchAnswersEachCommandInOrder() {
        RawParameters raw =
                new RawParameters(
                        Map.of(
                                "api.version", List.of("1"),
                                "command",
                                        List.of(
                                                "version",
                                                "echo?text=a%20b%26c&list=x&list=y",
                                                "nope",
                                                "listaccts?api.filter.enable=1"
                                                        + "&api.filter.a.field=user"
                                                        + "&api.filter.a.arg0=car")));
        Reply reply = dispatcher.call(ROOT, "batch", raw);
        assertThat(reply.succeeded()).isTrue();
        JsonNode results = reply.body().at("/data/result");
        assertThat(results.size()).isEqualTo(4);
        assertThat(results.get(0)).isEqualTo(call(ROOT, "version"));
        assertThat(results.at("/1/data/text").stringValue()).isEqualTo("a b&c");
        assertThat(results.at("/1/data/list").toString()).isEqualTo("[\"x\",\"y\"]");
        assertThat(results.at("/2/metadata/reason").stringValue()).contains("Unknown app");
        assertThat(results.at("/3/data/acct/0/user").stringValue()).isEqualTo("carol");
        assertThat(results.at("/3/data/acct").size()).isOne();
    }

    @Test
    void batchJudgesEachCommandUnderItsCaller() {
        JsonNode body = call(NOBODY, "batch", "command", "listaccts");
        assertThat(body.at("/data/result/0/metadata/result").intValue()).isZero();
    }

    @Test
    void batchStopsAtTheFirstFailureOnlyWhenAsked() {
        RawParameters raw =
                new RawParameters(
                        Map.of(
                                "api.version", List.of("1"),
                                "command", List.of("version", "nope", "version"),
                                "abort_on_error", List.of("1")));
        JsonNode body = dispatcher.call(ROOT, "batch", raw).body();
        assertThat(body.at("/metadata/result").intValue()).isZero();
        assertThat(body.at("/metadata/reason").stringValue())
                .isEqualTo("Stopped after “nope”, command 2 of 3, failed.");
        assertThat(body.at("/data/result").size()).isEqualTo(2);
        assertThat(dispatcher.call(ROOT, "batch", raw.with("abort_on_error", "0")).succeeded())
                .isTrue();
    }

    /// Each answer has a little more than a MiB.
    private static Dispatcher longAnswers(int[] runs) {
        String text = "x".repeat(1024 * 1024);
        WhmFunction function =
                new WhmFunction(
                        FunctionSpec.of("long", Permission.AUTHENTICATED, ""),
                        (_, _) -> {
                            runs[0]++;
                            return Answer.ok(
                                    JsonNodeFactory.instance.objectNode().put("text", text));
                        });
        return new Dispatcher(List.of(function), (_, _) -> true);
    }

    private static RawParameters batchOf(String command, int times) {
        return new RawParameters(
                Map.of(
                        "api.version",
                        List.of("1"),
                        "command",
                        java.util.Collections.nCopies(times, command)));
    }

    @Test
    void batchEndsWhenItsAnswersTakeTooMuchMemory() {
        int[] runs = new int[1];
        JsonNode body = longAnswers(runs).call(ROOT, "batch", batchOf("long", 100)).body();
        assertThat(runs[0]).isEqualTo(8);
        assertThat(body.at("/metadata/result").intValue()).isZero();
        assertThat(body.at("/metadata/reason").stringValue())
                .startsWith("Stopped after “long”, command 8 of 100: the answers of a batch")
                .contains("8 MiB");
        assertThat(body.at("/data/result").size()).as("what was done is answered").isEqualTo(8);
    }

    @Test
    void batchEndsWhenThoseThatAreReadStillTakeTheMemory() {
        int[] runs = new int[1];
        Dispatcher dispatcher = longAnswers(runs);
        try (BatchMemory.Share others = dispatcher.memory().share()) {
            while (others.add(8 * 1024 * 1024)) {
                runs[0] = 0;
            }
            JsonNode body = dispatcher.call(ROOT, "batch", batchOf("long", 3)).body();
            assertThat(runs[0]).isEqualTo(1);
            assertThat(body.at("/metadata/reason").stringValue())
                    .startsWith("Stopped after “long”, command 1 of 3: the server is busy");
            assertThat(body.at("/data/result").size()).isEqualTo(1);
            assertThat(dispatcher.call(ROOT, "batch", batchOf("applist", 3)).succeeded()).isTrue();
        }
        assertThat(dispatcher.call(ROOT, "batch", batchOf("long", 3)).succeeded()).isTrue();
        assertThat(dispatcher.memory().taken()).isZero();
    }

    @Test
    void batchWhoseLastAnswerIsTooLongIsWhole() {
        int[] runs = new int[1];
        Reply reply = longAnswers(runs).call(ROOT, "batch", batchOf("long", 8));
        assertThat(reply.succeeded()).isTrue();
        assertThat(reply.body().at("/data/result").size()).isEqualTo(8);
        assertThat(longAnswers(runs).call(ROOT, "batch", batchOf("long", 9)).succeeded()).isFalse();
    }

    @Test
    void badBatchesRunNothing() {
        int[] runs = new int[1];
        Dispatcher counting =
                new Dispatcher(
                        List.of(
                                new WhmFunction(
                                        FunctionSpec.of("count", Permission.AUTHENTICATED, ""),
                                        (_, _) -> {
                                            runs[0]++;
                                            return Answer.ok();
                                        })),
                        (_, _) -> true);
        List<List<String>> bad =
                List.of(
                        List.of("count", "batch?command=count"),
                        List.of("count", "count?a=%zz"),
                        java.util.Collections.nCopies(101, "count"));
        for (List<String> commands : bad) {
            RawParameters raw =
                    new RawParameters(Map.of("api.version", List.of("1"), "command", commands));
            assertThat(reason(counting.call(ROOT, "batch", raw).body()))
                    .contains("The “command” argument");
        }
        assertThat(runs[0]).isZero();
    }

    @Test
    void functionDoesNotRunWhenATransformIsWrong() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        int[] runs = new int[1];
        Dispatcher counting =
                new Dispatcher(
                        List.of(
                                new WhmFunction(
                                        FunctionSpec.of("count", Permission.AUTHENTICATED, ""),
                                        (_, _) -> {
                                            runs[0]++;
                                            return Answer.ok(data);
                                        })),
                        (_, _) -> true);
        RawParameters raw =
                RawParameters.of("api.version", "1")
                        .with("api.filter.enable", "1")
                        .with("api.filter.a.field", "x")
                        .with("api.filter.a.type", "roughly");
        assertThat(reason(counting.call(ROOT, "count", raw).body()))
                .contains("“api.filter.a.type” argument must be one of “begins”");
        assertThat(runs[0]).isZero();
    }

    @Test
    void whatWasCarriedOutIsToldThoughATransformDoesNotFit() {
        List<String> noted = new ArrayList<>();
        Dispatcher making =
                new Dispatcher(
                        List.of(
                                new WhmFunction(
                                        FunctionSpec.of("make", Permission.AUTHENTICATED, ""),
                                        (_, _) -> {
                                            ObjectNode data = JsonNodeFactory.instance.objectNode();
                                            data.put("token", "once").putArray("acls").add("all");
                                            return Answer.ok(data);
                                        })),
                        (_, _) -> true,
                        (_, function, _, _, end, _) -> noted.add(function + " " + end));
        RawParameters columns =
                RawParameters.of("api.version", "1")
                        .with("api.columns.enable", "1")
                        .with("api.columns.a", "token");
        JsonNode made = making.call(ROOT, "make", columns).body();
        assertThat(made.at("/metadata/result").asInt()).isOne();
        assertThat(made.at("/data/token").asString()).isEqualTo("once");
        assertThat(made.at("/metadata/output/warnings").toString())
                .contains("“token”", "was carried out");
        assertThat(noted).containsExactly("make DONE");

        Reply batch = making.call(ROOT, "batch", columns.with("command", "make"));
        assertThat(batch.succeeded()).isTrue();
        assertThat(batch.body().at("/data/result/0/data/token").asString()).isEqualTo("once");
        assertThat(reason(call(ROOT, "listaccts", "api.columns.enable", "1", "api.columns.a", "x")))
                .as("what only reads can be asked again")
                .contains("“x”");
    }
}
