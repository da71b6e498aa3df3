package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.ServiceLayout;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the account noted about the hosts that may use its databases. The hosts' rights themselves
/// are grants, which the module Mysql restores.
public final class MysqlRemoteNotesComponent extends JsonComponent {
    private static final String HOST = "[A-Za-z0-9.:%_/-]{1,253}";
    private static final int LONGEST = 255;

    public MysqlRemoteNotesComponent() {
        super(
                new ComponentName("MysqlRemoteNotes"),
                "Notes about hosts that may use the account's databases.",
                "mysql_host_notes.json",
                ServiceLayout::databaseHostNotes,
                "notes about database hosts",
                "notes");
    }

    @Override
    long count(ObjectNode node) {
        return node.size();
    }

    @Override
    ObjectNode taken(String member, ObjectNode node, RestoreTarget target) {
        ObjectNode taken = StrictJson.empty();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (each.getKey().matches(HOST) && JsonFields.text(LONGEST).test(each.getValue())) {
                taken.set(each.getKey(), each.getValue());
            } else {
                target.notes()
                        .skipped(
                                member
                                        + ": the note of host "
                                        + JsonFields.printable(each.getKey())
                                        + " is none");
            }
        }
        return taken;
    }
}
