package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.ServiceLayout;
import tools.jackson.databind.node.ObjectNode;

/// Links from the account's pages to other programs, such as a billing system. They hold addresses
/// and tokens that the server's owner chose, so they come back from archives of this server alone.
public final class IntegrationComponent extends JsonFolderComponent {
    public IntegrationComponent() {
        super(
                new ComponentName("Integration"),
                "Links from the account's pages to other programs.",
                false,
                "integration",
                ServiceLayout::integrationLinks,
                "links to other programs",
                "links");
    }

    @Override
    ObjectNode taken(String member, ObjectNode node, RestoreTarget target) {
        return StrictJson.empty();
    }
}
