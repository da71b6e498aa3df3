package dev.packhorse.engine.whm;

import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `applist`: the names of all functions.
final class ApplistFunction {
    private ApplistFunction() {}

    static WhmFunction of(Supplier<List<String>> names) {
        FunctionSpec spec =
                FunctionSpec.of(
                        "applist", Permission.AUTHENTICATED, "Lists the functions of this server.");
        return new WhmFunction(
                spec,
                (_, _) -> {
                    ObjectNode data = JsonNodeFactory.instance.objectNode();
                    ArrayNode app = data.putArray("app");
                    names.get().forEach(app::add);
                    return Answer.ok(data);
                });
    }
}
