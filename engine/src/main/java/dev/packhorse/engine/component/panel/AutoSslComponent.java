package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The names for which no certificates are to be got automatically. Every archive has the member,
/// since readers expect it; on a server without such a file it names nothing.
public final class AutoSslComponent extends PanelComponent {
    private static final String MEMBER = "autossl.json";
    private static final String NONE = "{\"excluded_domains\":[]}";
    private static final String LIST = "excluded_domains";

    public AutoSslComponent() {
        super(
                new ComponentName("AutoSSL"),
                "Names that get no certificate automatically.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of(MEMBER),
                "settings for automatic certificates");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        String path = ServiceLayout.autoSslExclusions(context.account().name());
        Optional<byte[]> live =
                new HostFiles(context.services().root()).readBytes(path, StrictJson.MAX_BYTES);
        if (live.isEmpty()) {
            sink.addText(MEMBER, 0600, NONE);
            return PackReport.EMPTY;
        }
        sink.addBytes(MEMBER, 0600, live.get());
        try {
            JsonNode node = StrictJson.object(path, new String(live.get(), StandardCharsets.UTF_8));
            return PackReport.of(Map.of("exclusions", (long) node.path(LIST).size()));
        } catch (ComponentException _) {
            return new PackReport(
                    Map.of(), List.of(path + ": packed as it is, but it holds no sound JSON"));
        }
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) throws IOException {
        return source.text(MEMBER)
                .map(String::strip)
                .filter(text -> !text.isEmpty() && !text.equals(NONE))
                .isPresent();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        String text = source.text(MEMBER).orElse("");
        ObjectNode node = StrictJson.object(MEMBER, text);
        ArrayNode names = taken(node, target);
        boolean whole = names.equals(node.path(LIST)) && !target.restricted();
        ObjectNode taken = StrictJson.empty();
        taken.set(LIST, names);
        target.files()
                .replaceContent(
                        ServiceLayout.autoSslExclusions(target.account().name()),
                        whole ? text.getBytes(StandardCharsets.UTF_8) : StrictJson.bytes(taken),
                        FileRights.ofRoot(0600));
        return target.notes().report(Map.of("exclusions", (long) names.size()));
    }

    private static ArrayNode taken(ObjectNode node, RestoreTarget target) {
        ArrayNode names = StrictJson.empty().putArray(LIST);
        for (JsonNode each : node.path(LIST)) {
            if (each.isString() && target.ownsHost(each.stringValue())) {
                names.add(each);
            } else {
                target.notes()
                        .skipped(
                                "the name "
                                        + JsonFields.printable(each.asString(""))
                                        + ": not of a domain that this account has");
            }
        }
        return names;
    }
}
