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
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The record that says from where mail of a domain may come (SPF): the old server's address gives
/// way to that of this one, and a zone without such a record gets one where the account's settings
/// ask for it.
///
/// Source: RFC 7208 section 4.5; the setting `HASSPF` as account files have it.
public final class SpfComponent extends ActionComponent {
    public SpfComponent() {
        super(
                new ComponentName("SPF"),
                "Records that say from where mail of the account's domains may come.",
                true,
                Set.of(Components.ZONE_FILE, Components.IP_ADDRESS, new ComponentName("DKIM")));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        String address = target.account().setting("IP", "");
        if (!ServerAddress.isIpv4(address)) {
            return RestoreReport.nothing();
        }
        String before = target.archivedSettings(source).getOrDefault("IP", "");
        boolean wanted = target.account().setting("HASSPF", "0").equals("1");
        long zones = 0;
        for (String domain : target.account().domains().zones()) {
            boolean changed =
                    ZoneChange.apply(
                            target, domain, zone -> changed(zone, domain, before, address, wanted));
            if (changed) {
                target.notes().altered("zone " + domain + ": mail may come from " + address);
            }
            zones +=
                    ZoneChange.read(target, domain)
                                    .filter(zone -> record(zone, domain).isPresent())
                                    .isPresent()
                            ? 1
                            : 0;
        }
        return zones == 0 && target.notes().isEmpty()
                ? RestoreReport.nothing()
                : target.notes().report(Map.of("records", zones));
    }

    private static Optional<String> record(ZoneRecords zone, String domain) {
        return zone.data(domain, "TXT").stream()
                .filter(each -> ZoneRecords.joined(each).startsWith("v=spf1"))
                .findFirst();
    }

    private static ZoneRecords changed(
            ZoneRecords zone, String domain, String before, String address, boolean wanted) {
        Optional<String> data = record(zone, domain);
        if (data.isEmpty()) {
            return wanted
                    ? zone.with(domain, "TXT", "\"v=spf1 +a +mx +ip4:" + address + " ~all\"")
                    : zone;
        }
        if (!ServerAddress.isIpv4(before)) {
            return zone;
        }
        String moved =
                Pattern.compile("(?<=ip4:)" + Pattern.quote(before) + "(?![0-9.])")
                        .matcher(data.get())
                        .replaceAll(address);
        return zone.replaced(domain, "TXT", data.get(), moved);
    }
}
