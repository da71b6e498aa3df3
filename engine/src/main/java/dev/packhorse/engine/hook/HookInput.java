package dev.packhorse.engine.hook;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a script reads: one line of JSON with the event, its data and the hook.
///
/// Source: cPanel, Guide to Standardized Hooks, "Hook Action Code": members `context`, `data` and
/// `hook`.
final class HookInput {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private HookInput() {}

    static String of(Hook hook, HookCall call) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        input.putObject("context")
                .put("category", call.point().category())
                .put("event", call.point().event())
                .put("stage", call.stage())
                .put("blocking", call.point().blocks(call.stage()) ? 1 : 0)
                .put("escalateprivs", call.point().asAccount() ? 1 : 0);
        input.set("data", MAPPER.valueToTree(call.data()));
        input.putObject("hook")
                .put("id", hook.id())
                .put("hook", hook.script())
                .put("exectype", "script")
                .put("stage", hook.stage())
                .put("weight", hook.weight())
                .put("blocking", hook.blocking() ? 1 : 0)
                .put("escalateprivs", hook.escalate() ? 1 : 0);
        return MAPPER.writeValueAsString(input) + "\n";
    }
}
