package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.ZoneChange;
import dev.packhorse.engine.component.domain.ZoneRecords;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether this server answers for the account's zones: whether one of the name servers that a zone
/// names is this server's. Where none is, the zone lies here in vain, and somebody has to change
/// the domain's name servers or the zone's. Nothing is changed, and nobody is asked over the
/// network.
///
/// Source: lines `NS` to `NS4` of `/etc/wwwacct.conf`, as public scripts read them.
public final class DnsAuthorityComponent extends ActionComponent {
    private static final Pattern SERVER = Pattern.compile("(?m)^NS[2-4]?[ \\t]+([A-Za-z0-9.-]+)");

    public DnsAuthorityComponent() {
        super(
                new ComponentName("DNSAuthority"),
                "Tells which of the account's zones other servers answer for.",
                true,
                Set.of(Components.ZONE_FILE));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        Set<String> own = new TreeSet<>();
        Matcher line = SERVER.matcher(target.files().readText(ServiceLayout.SETUP).orElse(""));
        while (line.find()) {
            own.add(plain(line.group(1)));
        }
        if (own.isEmpty()) {
            return RestoreReport.nothing();
        }
        long zones = 0;
        for (String domain : target.account().domains().zones()) {
            Optional<ZoneRecords> zone = ZoneChange.read(target, domain);
            if (zone.isEmpty()) {
                continue;
            }
            zones++;
            Set<String> named = new TreeSet<>();
            zone.get().data(domain, "NS").forEach(each -> named.add(plain(each)));
            if (named.stream().noneMatch(own::contains)) {
                target.notes()
                        .dangerous(
                                "zone "
                                        + domain
                                        + ": answered by "
                                        + (named.isEmpty() ? "nobody" : String.join(", ", named))
                                        + ", not by this server ("
                                        + String.join(", ", own)
                                        + ")");
            }
        }
        return zones == 0 ? RestoreReport.nothing() : target.notes().report(Map.of("zones", zones));
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
