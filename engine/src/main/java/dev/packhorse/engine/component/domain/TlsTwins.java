package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostFormatException;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.host.VirtualHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The descriptions of virtual hosts for TLS. The panel makes such a host only where there is one,
/// whatever certificates the server has.
final class TlsTwins {
    private final HostFiles files;
    private final Account account;

    TlsTwins(HostFiles files, Account account) {
        this.files = files;
        this.account = account;
    }

    /// Makes those that are missing, each as the description of its site says; one that is there
    /// stays.
    void make(DomainSet domains) throws IOException {
        Set<String> hosts = VirtualHosts.withCertificate(files, domains);
        Map<String, VirtualHost> fresh =
                new DomainViews(domains, SiteFacts.of(account, "", hosts)).virtualHosts();
        for (String host : hosts) {
            DomainName name = new DomainName(host);
            String path = HostLayout.userdataTls(account.name(), name);
            VirtualHost twin = fresh.get(name.fileName() + "_SSL");
            if (twin != null && files.stat(path).isEmpty()) {
                files.writeText(
                        path,
                        withSettings(name, twin).render(),
                        new FileRights(0640, 0, account.gid()));
            }
        }
    }

    /// The values of the site's own description that may differ from those of a new one.
    private VirtualHost withSettings(DomainName name, VirtualHost twin) throws IOException {
        String path = HostLayout.userdata(account.name(), name);
        Optional<byte[]> content = files.readBytes(path, HostFiles.DEFAULT_LIMIT);
        if (content.isEmpty()) {
            return twin;
        }
        try {
            VirtualHost site =
                    VirtualHost.parse(path, new String(content.get(), StandardCharsets.UTF_8));
            VirtualHost settled = twin;
            for (String key : new String[] {"phpversion", "hascgi", "serveralias"}) {
                Optional<String> value = site.text(key);
                if (value.isPresent()) {
                    settled = settled.with(key, value.get());
                }
            }
            return settled;
        } catch (HostFormatException _) {
            // whoever reads the description itself tells its fault
            return twin;
        }
    }
}
