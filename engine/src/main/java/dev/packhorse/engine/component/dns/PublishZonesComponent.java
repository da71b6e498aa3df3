package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Has the name server load the account's zones, and the panel's cluster of name servers where
/// there is one. A zone that it does not load is told.
public final class PublishZonesComponent extends ActionComponent {
    private final ServicePrograms programs;

    public PublishZonesComponent() {
        this(ServicePrograms.ofSystem());
    }

    /// @param programs by which the name server is driven
    public PublishZonesComponent(ServicePrograms programs) {
        super(
                new ComponentName("PublishZones"),
                "Has the name servers load the account's zones.",
                true,
                Set.of(
                        Components.ZONE_FILE,
                        new ComponentName("DKIM"),
                        new ComponentName("SPF"),
                        new ComponentName("ProxySubdomains"),
                        new ComponentName("DNSSEC")));
        this.programs = programs;
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        HostRoot root = target.context().services().root();
        List<DomainName> zones = zones(target);
        if (zones.isEmpty()) {
            return RestoreReport.nothing();
        }
        if (!programs.drives(root)) {
            target.context()
                    .log()
                    .line("The host root is not the running system: zones not loaded.");
            return RestoreReport.nothing();
        }
        NameServer server =
                new NameServer(programs, root, isPanel(target), target.context().cancellation());
        if (!server.isThere()) {
            return RestoreReport.absent("no name server on this server (rndc, pdns_control)");
        }
        server.load(zones, target.notes());
        return target.notes().report(Map.of());
    }

    private static List<DomainName> zones(RestoreTarget target) throws IOException {
        List<DomainName> zones = new ArrayList<>();
        for (String domain : target.account().domains().zones()) {
            DomainName zone = new DomainName(domain);
            if (target.files().stat(HostLayout.zone(zone)).isPresent()) {
                zones.add(zone);
            }
        }
        return zones;
    }
}
