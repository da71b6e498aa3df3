package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Lists virtual hosts.
final class VirtualHosts {
    private VirtualHosts() {}

    /// The virtual hosts of the domains: the main domain and every sub-domain.
    static List<DomainName> names(DomainSet domains) {
        List<DomainName> hosts = new ArrayList<>();
        hosts.add(new DomainName(domains.main()));
        domains.subs().forEach(sub -> hosts.add(new DomainName(sub)));
        return hosts;
    }

    /// Those for which this server has a certificate.
    static Set<String> withCertificate(HostFiles files, DomainSet domains) throws IOException {
        Set<String> hosts = new TreeSet<>();
        for (DomainName host : names(domains)) {
            if (files.stat(HostLayout.tls(host)).isPresent()) {
                hosts.add(host.value());
            }
        }
        return hosts;
    }
}
