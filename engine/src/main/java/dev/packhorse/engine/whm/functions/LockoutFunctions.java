package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.Lockout;
import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Who is locked out after wrong logins.
final class LockoutFunctions {
    private final LoginGuard guard;

    LockoutFunctions(LoginGuard guard) {
        this.guard = guard;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_lockout_list",
                                Permission.ROOT,
                                "Lists the addresses that are locked out after wrong logins, and users whose codes are"),
                        this::list),
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_lockout_clear",
                                Permission.ROOT,
                                "Lets addresses log in again, and forgets their wrong logins",
                                optional(
                                        "address",
                                        ParameterSpec.Type.TEXT,
                                        "Only this one; of an IPv6 address its /64. Else all")),
                        this::clear));
    }

    private Answer list(Caller caller, Arguments arguments) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("lockouts");
        for (Lockout each : guard.lockouts()) {
            list.addObject()
                    .put("address", each.address())
                    .put("user", each.user())
                    .put("since", each.since().getEpochSecond())
                    .put("until", each.until().getEpochSecond())
                    .put("failures", each.failures());
        }
        return Answer.ok(data);
    }

    private Answer clear(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        if (!arguments.has("address")) {
            return Answer.ok(data.put("cleared", guard.clearAll()));
        }
        // The form that the list shows is taken as well.
        String address = arguments.text("address").replaceFirst("/64$", "");
        try {
            return Answer.ok(
                    data.put("cleared", guard.clear(AddressRange.parse(address).network())));
        } catch (IllegalArgumentException _) {
            throw Text.badValue("address", "it is an address as 192.0.2.8 or 2001:db8::1");
        }
    }
}
