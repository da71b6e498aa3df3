package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.ServiceLayout;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Web calls: secret addresses whose call sets a name to the caller's address (dynamic DNS). The
/// name must lie in a domain of the account.
public final class WebCallsComponent extends JsonComponent {
    private static final String ID = "[A-Za-z0-9_-]{8,128}";

    public WebCallsComponent() {
        super(
                new ComponentName("WebCalls"),
                "Web calls that update names of the account (dynamic DNS).",
                "webcalls.json",
                ServiceLayout::webCalls,
                "web calls",
                "webcalls");
    }

    @Override
    long count(ObjectNode node) {
        return node.size();
    }

    @Override
    ObjectNode taken(String member, ObjectNode node, RestoreTarget target) {
        JsonFields call =
                JsonFields.none()
                        .with("type", JsonFields.word("[A-Za-z:]{1,40}"))
                        .with("domain", name -> isOwn(name, target))
                        .with("description", JsonFields.text(255))
                        .with("created_time", JsonFields.number())
                        .with("last_update_time", JsonFields.number());
        ObjectNode taken = StrictJson.empty();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            JsonNode domain = each.getValue().path("domain");
            if (each.getKey().matches(ID) && isOwn(domain, target)) {
                taken.set(each.getKey(), call.taken(member, each.getValue(), target.notes()));
            } else {
                target.notes().skipped(member + ": a call for a name that is not the account's");
            }
        }
        return taken;
    }

    private static boolean isOwn(JsonNode name, RestoreTarget target) {
        return JsonFields.word("[a-z0-9*._-]{1,253}").test(name)
                && target.ownsHost(name.stringValue());
    }
}
