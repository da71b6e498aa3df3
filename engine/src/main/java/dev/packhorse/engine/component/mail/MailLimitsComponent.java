package dev.packhorse.engine.component.mail;

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
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who of the account may not send mail at present: the account itself or single addresses, on hold
/// or suspended. These are limits, so they are taken from any archive, for own addresses alone, and
/// none that this server has set is lifted.
public final class MailLimitsComponent extends PanelComponent {
    private static final String MEMBER = "mail_limits.json";
    private static final Map<String, String> LISTS =
            new TreeMap<>(
                    Map.of(
                            "hold", ServiceLayout.MAIL_HOLDS,
                            "suspended", ServiceLayout.MAIL_SUSPENSIONS));
    private static final String LOCAL_PART = "[A-Za-z0-9._+=-]{1,64}";
    private static final int MOST = 10_000;

    public MailLimitsComponent() {
        super(
                new ComponentName("MailLimits"),
                "Holds and suspensions of outgoing mail.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS, Components.CP_USER),
                Set.of(MEMBER),
                "limits of outgoing mail");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        Predicate<String> own =
                own(context.account().name().value(), context.account().domains().all());
        ObjectNode limits = StrictJson.empty();
        long count = 0;
        for (Map.Entry<String, String> list : LISTS.entrySet()) {
            List<String> lines = new OwnLines(files, list.getValue(), own).read();
            ArrayNode names = limits.putArray(list.getKey());
            lines.forEach(names::add);
            count += lines.size();
        }
        if (count == 0) {
            return PackReport.EMPTY;
        }
        sink.addBytes(MEMBER, 0600, StrictJson.bytes(limits));
        return PackReport.of(Map.of("limits", count));
    }

    private static Predicate<String> own(String account, Set<String> domains) {
        return name -> {
            int at = name.lastIndexOf('@');
            return at < 0
                    ? name.equals(account)
                    : name.substring(0, at).matches(LOCAL_PART)
                            && domains.contains(name.substring(at + 1));
        };
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return source.file(MEMBER).isPresent();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        ObjectNode limits = StrictJson.object(MEMBER, source.text(MEMBER).orElse(""));
        Predicate<String> own = own(target.account().name().value(), target.domains());
        long count = 0;
        for (Map.Entry<String, String> list : LISTS.entrySet()) {
            List<String> names = new ArrayList<>();
            for (JsonNode each : limits.path(list.getKey())) {
                String text = each.asString("");
                String name =
                        text.equals(target.packedAs().value())
                                ? target.account().name().value()
                                : text;
                if (own.test(name) && names.size() < MOST) {
                    names.add(name);
                } else {
                    target.notes()
                            .skipped(JsonFields.printable(text) + ": no sender of this account");
                }
            }
            new OwnLines(target.files(), list.getValue(), own).add(names, FileRights.ofRoot(0644));
            count += names.size();
        }
        return target.notes().report(Map.of("limits", count));
    }
}
