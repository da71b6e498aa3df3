package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.AccountSettings;
import dev.packhorse.engine.component.domain.ServerAddress;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The address of the account's sites. Where an address of its own was asked for, the account gets
/// a free one of this server; one that is not this server's gives way to the shared one. Zones and
/// web sites come after this module and take what it decided.
///
/// Source: `/etc/ips` (`ADDRESS:MASK:BROADCAST` lines) and `/etc/ipaddrpool` (free addresses), as
/// public scripts read them.
public final class IpAddressComponent extends ActionComponent {
    private static final String KEY = "IP";

    public IpAddressComponent() {
        super(
                Components.IP_ADDRESS,
                "The address of the account's sites, an own one if asked for.",
                true,
                Set.of(Components.CP_USER));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        boolean asked = target.context().options().dedicatedIp();
        if (!isPanel(target)) {
            return asked
                    ? RestoreReport.absent("this server does not give accounts addresses")
                    : RestoreReport.nothing();
        }
        Set<String> additional = additional(target);
        Optional<String> shared = ServerAddress.shared(target.files());
        String now = target.account().setting(KEY, "");
        if (asked) {
            return ofItsOwn(target, additional, now);
        }
        boolean known = shared.isEmpty() || shared.get().equals(now) || additional.contains(now);
        if (!known) {
            set(target, shared.get());
            target.notes()
                    .altered("address: " + shared.get() + ", " + now + " is not this server's");
        }
        return known ? RestoreReport.nothing() : target.notes().report(Map.of());
    }

    private static RestoreReport ofItsOwn(RestoreTarget target, Set<String> additional, String now)
            throws IOException {
        Set<String> used = usedByOthers(target);
        if (additional.contains(now) && !used.contains(now)) {
            return RestoreReport.done(Map.of());
        }
        Optional<String> free =
                additional.stream().filter(each -> !used.contains(each)).findFirst();
        if (free.isEmpty()) {
            target.notes().skipped("address of its own: this server has no free one");
            return target.notes().report(Map.of());
        }
        set(target, free.get());
        new OwnLines(target.files(), ServiceLayout.FREE_ADDRESSES, free.get()::equals)
                .replace(List.of(), FileRights.ofRoot(0644));
        target.notes().altered("address: " + free.get() + ", an own one as was asked for");
        return target.notes().report(Map.of());
    }

    private static void set(RestoreTarget target, String address) throws IOException {
        AccountSettings.set(target.files(), target.account(), KEY, address);
    }

    /// The addresses that this server has besides the shared one.
    private static Set<String> additional(RestoreTarget target) throws IOException {
        Set<String> addresses = new LinkedHashSet<>();
        for (String line :
                target.files().readText(ServiceLayout.ADDRESSES).orElse("").lines().toList()) {
            int colon = line.indexOf(':');
            String address = colon < 0 ? line.strip() : line.substring(0, colon);
            if (ServerAddress.isIpv4(address)) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    private static Set<String> usedByOthers(RestoreTarget target) throws IOException {
        Set<String> used = new TreeSet<>();
        var accounts = target.context().services().accounts();
        for (AccountName name : accounts.names()) {
            if (!name.equals(target.account().name())) {
                used.add(
                        accounts.find(name)
                                .map((Account each) -> each.setting(KEY, ""))
                                .orElse(""));
            }
        }
        return used;
    }
}
