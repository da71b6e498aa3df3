package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookPoint;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Hooks in the shape of `list_hooks`: categories, events, stages, actions. Every event there is is
/// shown, with those of its stages that have hooks.
final class HookView {
    private HookView() {}

    static ObjectNode of(List<Hook> hooks) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode categories = data.putArray("categories");
        for (HookPoint point : HookPoint.ALL) {
            ObjectNode category = categories.addObject().put("category", point.category());
            ObjectNode event = category.putArray("events").addObject().put("event", point.event());
            ArrayNode order = event.putArray("stage_order");
            point.stages().forEach(order::add);
            ArrayNode stages = event.putArray("stages");
            for (String stage : point.stages()) {
                List<Hook> of = hooks.stream().filter(hook -> isAt(hook, point, stage)).toList();
                if (!of.isEmpty()) {
                    add(stages.addObject(), point, stage, of);
                }
            }
        }
        return data;
    }

    private static boolean isAt(Hook hook, HookPoint point, String stage) {
        return hook.category().equals(point.category())
                && hook.event().equals(point.event())
                && hook.stage().equals(stage);
    }

    private static void add(ObjectNode node, HookPoint point, String stage, List<Hook> hooks) {
        node.put("stage", stage);
        node.put("description", "");
        node.putObject("attributes")
                .put("blocking", point.blocks(stage) ? 1 : 0)
                .put("escalateprivs", point.asAccount() ? 1 : 0);
        ArrayNode actions = node.putArray("actions");
        for (Hook hook : hooks) {
            actions.addObject()
                    .put("id", hook.id())
                    .put("category", hook.category())
                    .put("event", hook.event())
                    .put("stage", hook.stage())
                    .put("hook", hook.script())
                    .put("exectype", "script")
                    .put("check", hook.check())
                    .put("rollback", hook.rollback())
                    .put("description", hook.description())
                    .put("notes", hook.notes())
                    .put("enabled", hook.enabled() ? 1 : 0)
                    .put("blocking", hook.blocking() ? 1 : 0)
                    .put("escalateprivs", hook.escalate() ? 1 : 0)
                    .put("weight", hook.weight());
        }
    }
}
