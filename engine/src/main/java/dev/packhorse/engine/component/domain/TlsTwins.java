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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The descriptions of virtual hosts for TLS. The panel makes such a host only where there is one,
/// whatever certificates the server has.
final class TlsTwins {
    /// What must be as in the site's description, lest HTTPS serve another folder.
    private static final List<String> SHARED =
            List.of("documentroot", "homedir", "ip", "user", "group", "serveralias");

    private final HostFiles files;
    private final Account account;

    TlsTwins(HostFiles files, Account account) {
        this.files = files;
        this.account = account;
    }

    /// Makes those that are missing, each as the description of its site says; of one that is there
    /// only what it shares with its site is changed.
    void make(DomainSet domains) throws IOException {
        settle(domains, true);
    }

    /// As [#make] for those that are there.
    void refresh(DomainSet domains) throws IOException {
        settle(domains, false);
    }

    private void settle(DomainSet domains, boolean makes) throws IOException {
        Set<String> hosts = VirtualHosts.withCertificate(files, domains);
        Map<String, VirtualHost> fresh =
                new DomainViews(domains, SiteFacts.of(account, "", hosts)).virtualHosts();
        for (String host : hosts) {
            DomainName name = new DomainName(host);
            String path = HostLayout.userdataTls(account.name(), name);
            VirtualHost twin = fresh.get(name.fileName() + "_SSL");
            if (twin == null) {
                continue;
            }
            VirtualHost wanted = withSettings(name, twin);
            if (files.stat(path).isPresent()) {
                refresh(path, wanted);
            } else if (makes) {
                write(path, wanted);
            }
        }
    }

    private void write(String path, VirtualHost twin) throws IOException {
        files.replaceContent(
                path,
                twin.render().getBytes(StandardCharsets.UTF_8),
                new FileRights(0640, 0, account.gid()));
    }

    /// A description that cannot be understood stays as it is.
    private void refresh(String path, VirtualHost wanted) throws IOException {
        Optional<VirtualHost> there = read(path);
        if (there.isEmpty()) {
            return;
        }
        VirtualHost settled = there.get();
        for (String key : SHARED) {
            String value = wanted.text(key).orElse("");
            if (!value.equals(settled.text(key).orElse(""))) {
                settled = settled.with(key, value);
            }
        }
        if (!settled.equals(there.get())) {
            write(path, settled);
        }
    }

    private Optional<VirtualHost> read(String path) throws IOException {
        Optional<byte[]> content = files.readBytes(path, HostFiles.DEFAULT_LIMIT);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    VirtualHost.parse(path, new String(content.get(), StandardCharsets.UTF_8)));
        } catch (HostFormatException _) {
            // whoever reads the description itself tells its fault
            return Optional.empty();
        }
    }

    /// The values of the site's own description that may differ from those of a new one.
    private VirtualHost withSettings(DomainName name, VirtualHost twin) throws IOException {
        Optional<VirtualHost> site = read(HostLayout.userdata(account.name(), name));
        VirtualHost settled = twin;
        for (String key : new String[] {"phpversion", "hascgi", "serveralias"}) {
            Optional<String> value = site.flatMap(host -> host.text(key));
            if (value.isPresent()) {
                settled = settled.with(key, value.get());
            }
        }
        return settled;
    }
}
