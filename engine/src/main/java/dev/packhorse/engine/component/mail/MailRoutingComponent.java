package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Where mail for the account's domains is delivered: here, by another server, or here as a
/// substitute for one. The settings `MXCHECK-DOMAIN` of the account file say so; the mail server
/// goes by lists of domains, which follow from them.
///
/// Source: `/etc/localdomains`, `/etc/remotedomains`, `/etc/secondarymx` as public programs read
/// them.
public final class MailRoutingComponent extends ActionComponent {
    private static final FileRights OPEN = FileRights.ofRoot(0644);

    public MailRoutingComponent() {
        super(
                new ComponentName("MailRouting"),
                "Where mail for the account's domains is delivered.",
                true,
                Set.of(Components.CP_USER, Components.DOMAINS, Components.MAIL));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        boolean keepsLists = target.files().stat(HostLayout.LOCAL_DOMAINS).isPresent();
        if (!keepsLists) {
            return isPanel(target)
                    ? RestoreReport.nothing()
                    : RestoreReport.absent("this server keeps no lists of mail domains");
        }
        long remote =
                list(target, ServiceLayout.REMOTE_DOMAINS, "remote"::equals)
                        + list(target, ServiceLayout.SECONDARY_MX, "secondary"::equals);
        list(
                target,
                HostLayout.LOCAL_DOMAINS,
                routing -> !routing.equals("remote") && !routing.equals("secondary"));
        return RestoreReport.done(Map.of("remote", remote));
    }

    private static long list(RestoreTarget target, String path, Predicate<String> takes)
            throws IOException {
        Set<String> domains = target.domains();
        List<String> listed =
                domains.stream()
                        .filter(domain ->
                                takes.test(target.account().setting("MXCHECK-" + domain, "0")))
                        .toList();
        new OwnLines(target.files(), path, domains::contains).replace(listed, OPEN);
        return listed.size();
    }
}
