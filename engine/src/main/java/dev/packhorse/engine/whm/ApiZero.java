package dev.packhorse.engine.whm;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The forms of API 0 for the five functions that clients still call so; the functions are those of
/// API 1.
///
/// Source: whmapi1-protocol section 3, "API 0".
final class ApiZero {
    private static final Set<String> PLAIN = Set.of("applist", "version", "gethostname");
    private static final Set<String> WITH_STATUS = Set.of("listaccts", "accountsummary");

    private ApiZero() {}

    static boolean has(String function) {
        return PLAIN.contains(function) || WITH_STATUS.contains(function);
    }

    static Reply unknown(String function) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("error", "Unknown App Requested: " + function);
        return new Reply(function, false, false, body);
    }

    static Reply of(String function, Outcome outcome) {
        boolean withStatus = WITH_STATUS.contains(function);
        return switch (outcome) {
            case Outcome.Done(Answer answer, ObjectNode _) ->
                    new Reply(
                            function,
                            true,
                            false,
                            withStatus ? status(1, "Ok", acct(answer)) : data(answer));
            case Outcome.Failed failed ->
                    new Reply(
                            function,
                            false,
                            failed.storeFailed(),
                            withStatus ? refusal(failed) : error(failed));
        };
    }

    private static ObjectNode data(Answer answer) {
        return answer.data().orElseGet(JsonNodeFactory.instance::objectNode);
    }

    private static JsonNode acct(Answer answer) {
        return data(answer).path("acct");
    }

    private static ObjectNode refusal(Outcome.Failed failed) {
        String text = failed.unknownAccount() ? "Account does not exist" : failed.reason();
        return status(0, text, JsonNodeFactory.instance.nullNode());
    }

    private static ObjectNode error(Outcome.Failed failed) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("error", failed.reason());
        return body;
    }

    private static ObjectNode status(int status, String text, JsonNode acct) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("status", status);
        body.put("statusmsg", text);
        body.set("acct", acct.isMissingNode() ? JsonNodeFactory.instance.arrayNode() : acct);
        return body;
    }
}
