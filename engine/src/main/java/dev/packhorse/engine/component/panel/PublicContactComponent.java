package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.ServiceLayout;
import tools.jackson.databind.node.ObjectNode;

/// The name and address that a reseller's customers see as their contact.
public final class PublicContactComponent extends JsonComponent {
    private static final JsonFields CONTACT =
            JsonFields.none()
                    .with("name", JsonFields.text(200))
                    .with("url", JsonFields.word("|https?://[\\x21-\\x7e&&[^\"'<>\\\\]]{1,400}"))
                    .with("email", JsonFields.word("|[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,253}"))
                    .with("phone", JsonFields.word("[0-9 ()+./-]{0,40}"));

    public PublicContactComponent() {
        super(
                new ComponentName("PublicContact"),
                "The contact that the account shows to others.",
                "public_contact.json",
                ServiceLayout::publicContact,
                "public contacts",
                "fields");
    }

    @Override
    long count(ObjectNode node) {
        return node.size();
    }

    @Override
    ObjectNode taken(String member, ObjectNode node, RestoreTarget target) {
        return CONTACT.taken(member, node, target.notes());
    }
}
