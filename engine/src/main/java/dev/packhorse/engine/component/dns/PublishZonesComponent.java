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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Has the name server load the account's zones: the panel's own program for a cluster of name
/// servers where there is one, else the name server's. A zone that it does not load is told.
///
/// Source: `rndc reload ZONE` of BIND 9, `pdns_control bind-reload-now ZONE` of PowerDNS,
/// `dnscluster synczone ZONE` of the panel.
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
        List<String> zones = zones(target);
        if (zones.isEmpty()) {
            return RestoreReport.nothing();
        }
        if (!programs.drives(root)) {
            target.context()
                    .log()
                    .line("The host root is not the running system: zones not loaded.");
            return RestoreReport.nothing();
        }
        Optional<Path> program = programs.find(root, ServicePrograms.NAME_SERVER);
        if (program.isEmpty()) {
            return RestoreReport.absent("no name server on this server (rndc, pdns_control)");
        }
        for (String zone : zones) {
            Optional<String> fault =
                    programs.run(
                            program.get(),
                            arguments(program.get(), zone),
                            target.context().cancellation());
            fault.ifPresent(why -> target.notes().skipped("zone " + zone + ": not loaded, " + why));
        }
        return target.notes().report(Map.of());
    }

    private static List<String> zones(RestoreTarget target) throws IOException {
        List<String> zones = new ArrayList<>();
        for (String domain : target.account().domains().zones()) {
            if (target.files().stat(HostLayout.zone(new DomainName(domain))).isPresent()) {
                zones.add(domain);
            }
        }
        return zones;
    }

    private static List<String> arguments(Path program, String zone) {
        return switch (String.valueOf(program.getFileName())) {
            case "dnscluster" -> List.of("synczone", zone);
            case "pdns_control" -> List.of("bind-reload-now", zone);
            default -> List.of("reload", zone);
        };
    }
}
