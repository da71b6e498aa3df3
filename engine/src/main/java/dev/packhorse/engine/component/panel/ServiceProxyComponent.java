package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.AccountSettings;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Forwarding of the account's services to another server, which its old server may have set up
/// while the account moved. Here the account is at home, so nothing is forwarded any more; to set
/// up forwarding on the old server takes a connection to it, which a restore from an archive has
/// not.
public final class ServiceProxyComponent extends ActionComponent {
    private static final String PREFIX = "SERVICE_PROXY_";

    public ServiceProxyComponent() {
        super(
                new ComponentName("ServiceProxy"),
                "Ends the forwarding of the account's services to another server.",
                true,
                Set.of(Components.CP_USER));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        SortedMap<String, String> settings = new TreeMap<>(target.account().settings());
        boolean forwarded = settings.keySet().removeIf(key -> key.startsWith(PREFIX));
        if (!isPanel(target) || !forwarded) {
            return RestoreReport.nothing();
        }
        AccountSettings.write(target.files(), target.account(), settings);
        target.notes().altered("services: no longer forwarded to another server");
        return target.notes().report(Map.of());
    }
}
