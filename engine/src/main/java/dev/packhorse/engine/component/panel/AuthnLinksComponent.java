package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.ServiceLayout;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sign-ins with identities of other providers: for each provider a file that says which of its
/// subjects may enter the account.
public final class AuthnLinksComponent extends JsonFolderComponent {
    private static final String SUBJECT = "[\\x21-\\x7e]{1,255}";
    private static final JsonFields LINK =
            JsonFields.none()
                    .with("preferred_username", JsonFields.text(255))
                    .with("link_time", JsonFields.number());

    public AuthnLinksComponent() {
        super(
                new ComponentName("AuthnLinks"),
                "Links to identities of other providers with which the account signs in.",
                true,
                "authnlinks",
                ServiceLayout::signInLinks,
                "external sign-ins",
                "providers");
    }

    @Override
    ObjectNode taken(String member, ObjectNode node, RestoreTarget target) {
        ObjectNode taken = StrictJson.empty();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (each.getKey().matches(SUBJECT) && each.getValue().isObject()) {
                taken.set(each.getKey(), LINK.taken(member, each.getValue(), target.notes()));
            } else {
                target.notes().skipped(member + ": an entry that is no link");
            }
        }
        if (!taken.isEmpty()) {
            target.notes()
                    .dangerous(
                            member
                                    + ": "
                                    + taken.size()
                                    + " identities of an archive of unknown origin may enter the"
                                    + " account");
        }
        return taken;
    }
}
