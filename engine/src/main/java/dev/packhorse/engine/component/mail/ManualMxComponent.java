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
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Servers to which mail for a domain goes whatever its MX records say: the account's lines of
/// `/etc/manualmx`. To set such lines on the account's old server, so that late mail follows it,
/// takes a connection to that server, which a restore from an archive has not.
///
/// Source: the lines `DOMAIN: HOST` as public documentation of the panel's functions has them.
public final class ManualMxComponent extends PanelComponent {
    private static final String MEMBER = "manualmx";
    private static final Pattern LINE =
            Pattern.compile(
                    "([a-z0-9._-]{1,253}):[ \\t]*((?=.*[a-z])[a-z0-9.-]{1,253}|[0-9.]{7,15})");

    public ManualMxComponent() {
        super(
                new ComponentName("ManualMX"),
                "Servers to which mail of a domain goes whatever its MX records say.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of(MEMBER),
                "manual mail routes");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        List<String> lines =
                routes(new HostFiles(context.services().root()), context.account().domains().all())
                        .read();
        if (lines.isEmpty()) {
            return PackReport.EMPTY;
        }
        sink.addText(
                MEMBER,
                0600,
                lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
        return PackReport.of(Map.of("routes", (long) lines.size()));
    }

    private static OwnLines routes(HostFiles files, Set<String> domains) {
        Predicate<String> own =
                line -> {
                    int colon = line.indexOf(':');
                    return colon > 0 && domains.contains(line.substring(0, colon).strip());
                };
        return new OwnLines(files, ServiceLayout.MANUAL_MX, own);
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) throws IOException {
        return source.text(MEMBER).filter(text -> !text.isBlank()).isPresent();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        List<String> taken = new ArrayList<>();
        int number = 0;
        for (String line : source.text(MEMBER).orElse("").lines().toList()) {
            number++;
            Matcher route = LINE.matcher(line);
            if (!route.matches() || !target.domains().contains(route.group(1))) {
                target.notes()
                        .skipped(
                                MEMBER
                                        + " line "
                                        + number
                                        + ": no route of a domain of the account");
                continue;
            }
            taken.add(line);
            if (target.restricted()) {
                target.notes()
                        .dangerous(
                                "mail for "
                                        + route.group(1)
                                        + " goes to "
                                        + route.group(2)
                                        + ", as an archive of unknown origin says");
            }
        }
        routes(target.files(), target.domains()).replace(taken, FileRights.ofRoot(0644));
        return target.notes().report(Map.of("routes", (long) taken.size()));
    }
}
