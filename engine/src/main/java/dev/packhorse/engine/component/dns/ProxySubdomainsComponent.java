package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.ServerAddress;
import dev.packhorse.engine.component.domain.ZoneChange;
import dev.packhorse.engine.component.domain.ZoneRecords;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.Tweaks;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The names under which each domain offers the panel's own services, where this server has them
/// turned on. A name that the zone has already stays as it is.
///
/// Source: `proxysubdomains` in the server's settings; the names as public zones have them.
public final class ProxySubdomainsComponent extends ActionComponent {
    private static final List<String> NAMES =
            List.of("cpanel", "webmail", "webdisk", "cpcontacts", "cpcalendars");

    public ProxySubdomainsComponent() {
        super(
                new ComponentName("ProxySubdomains"),
                "Names under which domains offer the panel's services.",
                true,
                Set.of(Components.ZONE_FILE, Components.IP_ADDRESS, new ComponentName("SPF")));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        String address = target.account().setting("IP", "");
        if (!isPanel(target)
                || !Tweaks.isOn(target.files(), "proxysubdomains")
                || !ServerAddress.isIpv4(address)) {
            return RestoreReport.nothing();
        }
        for (String domain : target.account().domains().zones()) {
            if (ZoneChange.apply(target, domain, zone -> withNames(zone, domain, address))) {
                target.notes().altered("zone " + domain + ": names of the panel's services added");
            }
        }
        return target.notes().report(Map.of());
    }

    private static ZoneRecords withNames(ZoneRecords zone, String domain, String address) {
        ZoneRecords more = zone;
        for (String name : NAMES) {
            String owner = name + "." + domain;
            more = more.has(owner) ? more : more.with(owner, "A", address);
        }
        return more;
    }
}
