package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.SecondFactors;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Second factors of those who log in by password: root gives and takes them.
final class SecondFactorFunctions {
    private static final ParameterSpec USER =
            required("user", ParameterSpec.Type.TEXT, "root or a reseller");

    private final SecondFactors factors;
    private final HostUsers users;
    private final String hostname;

    /// @param hostname what telephones show as the server
    SecondFactorFunctions(SecondFactors factors, HostUsers users, String hostname) {
        this.factors = factors;
        this.users = users;
        this.hostname = hostname;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "enable",
                        "Makes a user's second factor; from now on the password needs its code",
                        this::enable,
                        USER),
                function("disable", "Removes a user's second factor", this::disable, USER),
                function("list", "Lists the users that have a second factor", this::list));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of(
                        "packhorse_second_factor_" + name, Permission.ROOT, help, parameters),
                body);
    }

    private Answer enable(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.text("user");
        try {
            if (users.rights(user).isEmpty()) {
                throw Text.badValue("user", "only root and resellers log in here");
            }
            Secret uri =
                    factors.enable(user, hostname)
                            .orElseThrow(() ->
                                    WhmException.refused(
                                            "The user "
                                                    + Text.quoted(user)
                                                    + " has a second factor; disable it first."));
            return Answer.ok(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("user", user)
                            .put("uri", uri.reveal()));
        } catch (IOException e) {
            throw Text.failed("The second factor cannot be made", e);
        }
    }

    private Answer disable(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.text("user");
        try {
            if (!factors.isRequired(user) || !factors.disable(user)) {
                throw WhmException.refused(
                        "The user " + Text.quoted(user) + " has no second factor.");
            }
            return Answer.ok();
        } catch (IOException e) {
            throw Text.failed("The second factor cannot be removed", e);
        }
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("second_factors");
        try {
            for (SecondFactors.Enrolled each : factors.list()) {
                list.addObject()
                        .put("user", each.user())
                        .put("since", each.since().getEpochSecond())
                        .put("used", each.isUsed() ? 1 : 0);
            }
        } catch (IOException e) {
            throw Text.failed("The second factors cannot be read", e);
        }
        return Answer.ok(data);
    }
}
