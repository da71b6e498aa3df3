package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.PostCheck;
import dev.packhorse.engine.notify.WebAnswer;
import dev.packhorse.engine.notify.WebChannel;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tests of the ways by which people are told.
final class NotificationFunctions {
    /// An address that came encoded once more than the request itself, as the samples show it.
    private static final Pattern ENCODED = Pattern.compile("(?i)https?%3a.*");

    private final PostCheck check;

    NotificationFunctions(PostCheck check) {
        this.check = check;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "send_test_posturl",
                        "Posts a test message to an address, which must answer with the message's id",
                        this::send,
                        required("url", ParameterSpec.Type.TEXT, "The address")),
                function(
                        "verify_posturl_access",
                        "Posts a test message to the webhook that is set up",
                        (_, _) -> verify(ChannelName.WEBHOOK)),
                function(
                        "verify_slack_access",
                        "Posts a test message to the Slack webhook that is set up",
                        (_, _) -> verify(ChannelName.SLACK)));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, Permission.ROOT, help, parameters), body);
    }

    private Answer send(Caller caller, Arguments arguments) throws WhmException {
        URI address = address(arguments.text("url"));
        PostCheck.Posted posted;
        try {
            posted = check.toAddress(address);
        } catch (IOException e) {
            throw Text.failed("The test message could not be posted", e);
        }
        if (!posted.isEchoed()) {
            throw WhmException.failure(
                    "The address answered %d and did not return the ID of the test message."
                            .formatted(posted.answer().status()));
        }
        return Answer.ok(JsonNodeFactory.instance.objectNode().put("message_id", posted.id()));
    }

    private static URI address(String given) throws WhmException {
        try {
            return new URI(
                    ENCODED.matcher(given).matches()
                            ? URLDecoder.decode(given, StandardCharsets.UTF_8)
                            : given);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw Text.badValue("url", "it is no address");
        }
    }

    private Answer verify(ChannelName name) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode results = data.putArray("results");
        check.channels().stream()
                .filter(channel -> channel.name() == name)
                .forEach(channel -> verify(channel, results.addObject()));
        return Answer.ok(data);
    }

    /// The address itself is a secret, and answers end up in logs: only its host is told.
    private void verify(WebChannel channel, ObjectNode node) {
        ObjectNode result = node.putObject("result");
        try {
            String address = channel.publicAddress();
            node.put("url", address);
            PostCheck.Posted posted = check.through(channel);
            result.put("message_id", posted.id());
            payload(result.putObject("payload"), posted.answer(), address);
        } catch (IOException e) {
            result.putObject("payload")
                    .put("success", 0)
                    .put("status", "")
                    .put("reason", String.valueOf(e.getMessage()));
        }
    }

    private static void payload(ObjectNode payload, WebAnswer answer, String address) {
        payload.put("content", answer.content());
        ObjectNode headers = payload.putObject("headers");
        answer.headers().forEach(headers::put);
        payload.put("protocol", "HTTP/1.1")
                .put("reason", answer.reason())
                .put("status", String.valueOf(answer.status()))
                .put("success", answer.isSuccess() ? 1 : 0)
                .put("url", address);
    }
}
