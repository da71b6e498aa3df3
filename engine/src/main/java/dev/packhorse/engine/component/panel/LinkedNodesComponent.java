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
import dev.packhorse.engine.component.account.AccountSettings;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which of the account's services another server does for this one. The settings
/// `WORKER_NODE-SERVICE=ALIAS:TOKEN` of the account file say so; the archive has a list without the
/// tokens besides. A node that this server is not linked with cannot serve the account, so its
/// setting goes.
public final class LinkedNodesComponent extends PanelComponent {
    private static final String MEMBER = "linked_nodes.json";
    private static final String PREFIX = "WORKER_NODE-";
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,49}");

    public LinkedNodesComponent() {
        super(
                new ComponentName("LinkedNodes"),
                "Services of the account that other servers do for this one.",
                true,
                Set.of(Components.CP_USER),
                Set.of(MEMBER),
                "linked servers");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        SortedMap<String, String> nodes = nodes(context.account());
        if (nodes.isEmpty()) {
            return PackReport.EMPTY;
        }
        ObjectNode list = StrictJson.empty();
        nodes.forEach((key, value) -> list.put(key.substring(PREFIX.length()), alias(value)));
        sink.addBytes(MEMBER, 0600, StrictJson.bytes(list));
        return PackReport.of(Map.of("nodes", (long) nodes.size()));
    }

    private static SortedMap<String, String> nodes(Account account) {
        SortedMap<String, String> nodes = new TreeMap<>(account.settings());
        nodes.keySet().removeIf(key -> !key.startsWith(PREFIX));
        return nodes;
    }

    private static String alias(String value) {
        int colon = value.indexOf(':');
        return colon < 0 ? value : value.substring(0, colon);
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) throws IOException {
        String settings = source.text("cp/" + context.facts().account()).orElse("");
        return source.file(MEMBER).isPresent()
                || settings.lines().anyMatch(line -> line.startsWith(PREFIX));
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        SortedMap<String, String> settings = new TreeMap<>(target.account().settings());
        for (Map.Entry<String, String> each : nodes(target.account()).entrySet()) {
            if (target.restricted() || !isLinked(target, alias(each.getValue()))) {
                settings.remove(each.getKey());
            }
        }
        AccountSettings.write(target.files(), target.account(), settings);
        long kept = settings.keySet().stream().filter(key -> key.startsWith(PREFIX)).count();
        Optional<String> list = source.text(MEMBER);
        if (list.isPresent()) {
            tell(StrictJson.object(MEMBER, list.get()), settings, target);
        }
        return target.notes().report(Map.of("nodes", kept));
    }

    private static boolean isLinked(RestoreTarget target, String alias) throws IOException {
        return ALIAS.matcher(alias).matches()
                && target.files()
                        .stat(ServiceLayout.LINKED_NODES_FOLDER + "/" + alias + ".json")
                        .isPresent();
    }

    private static void tell(
            ObjectNode list, SortedMap<String, String> settings, RestoreTarget target) {
        for (Map.Entry<String, JsonNode> each : list.properties()) {
            if (!settings.containsKey(PREFIX + each.getKey())) {
                target.notes()
                        .altered(
                                "service "
                                        + JsonFields.printable(each.getKey())
                                        + ": done by this server, which is not linked with "
                                        + JsonFields.printable(each.getValue().asString("?")));
            }
        }
    }
}
