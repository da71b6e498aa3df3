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
import java.util.TreeMap;

/// The summary of an account's web sites, which follows from their descriptions and certificates.
public final class UserdataCache {
    private final HostFiles files;

    public UserdataCache(HostFiles files) {
        this.files = files;
    }

    /// Brings the file of this server up to date.
    public void write(Account account, DomainSet domains) throws IOException {
        files.replaceContent(
                HostLayout.userdataCache(account.name()),
                text(account, domains).getBytes(StandardCharsets.UTF_8),
                new FileRights(0640, 0, account.gid()));
    }

    /// The summary as it should be.
    String text(Account account, DomainSet domains) throws IOException {
        SiteFacts site =
                SiteFacts.of(
                        account,
                        phpVersion(account, domains.main()),
                        VirtualHosts.withCertificate(files, domains));
        Map<String, String> versions = new TreeMap<>();
        for (DomainName host : VirtualHosts.names(domains)) {
            versions.put(host.value(), phpVersion(account, host.value()));
        }
        return new DomainViews(domains, site).cacheJson(host -> versions.getOrDefault(host, ""));
    }

    /// The PHP version of a virtual host, empty if its description does not tell or is damaged.
    String phpVersion(Account account, String host) throws IOException {
        String path = HostLayout.userdata(account.name(), new DomainName(host));
        Optional<byte[]> content = files.readBytes(path, HostFiles.DEFAULT_LIMIT);
        if (content.isEmpty()) {
            return "";
        }
        try {
            String text = new String(content.get(), StandardCharsets.UTF_8);
            return VirtualHost.parse(path, text).phpVersion().orElse("");
        } catch (HostFormatException _) {
            // the summary lacks one value; whoever reads the description itself tells its fault
            return "";
        }
    }
}
