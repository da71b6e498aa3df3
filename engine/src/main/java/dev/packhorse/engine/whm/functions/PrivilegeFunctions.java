package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Acls;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the caller may do.
final class PrivilegeFunctions {
    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "myprivs",
                                Permission.AUTHENTICATED,
                                "Tells the rights of this call"),
                        PrivilegeFunctions::rights));
    }

    /// Source: whmapi1-protocol 2.7: granted is a number for root and a text for resellers.
    private static Answer rights(Caller caller, Arguments arguments) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode rights = data.putArray("privileges").addObject();
        for (String acl : Acls.NAMES) {
            if (caller.has(acl) && !caller.isRoot()) {
                rights.put(acl, "1");
            } else {
                rights.put(acl, caller.has(acl) ? 1 : 0);
            }
        }
        return Answer.ok(data);
    }
}
