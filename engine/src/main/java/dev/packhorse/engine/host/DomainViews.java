package dev.packhorse.engine.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Every view of an account's domains that an archive holds, written from one [DomainSet]. Each
/// reader of archives looks at another one, so they all must say the same. [DomainViewReader] is
/// the reverse.
///
/// Source: the importers of other panels, each for the view it reads.
public final class DomainViews {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DomainSet domains;
    private final SiteFacts site;

    public DomainViews(DomainSet domains, SiteFacts site) {
        this.domains = domains;
        this.site = site;
    }

    /// Archive path to content, all of them: `userdata/main`, `userdata/NAME`, `userdata/NAME_SSL`,
    /// `userdata/cache.json`, `addons`, `sds`, `sds2`, `pds`.
    ///
    /// @throws IllegalArgumentException if a name of the set is no domain
    public SortedMap<String, String> archiveFiles() {
        SortedMap<String, String> files = new TreeMap<>();
        files.put("userdata/main", userdataMain());
        virtualHosts().forEach((name, host) -> files.put("userdata/" + name, host.render()));
        files.put("userdata/cache.json", cacheJson());
        files.put("addons", addons());
        files.put("sds", sds());
        files.put("sds2", sds2());
        files.put("pds", pds());
        return files;
    }

    public String userdataMain() {
        return UserdataMain.of(domains).render();
    }

    /// File name, as `demo.example` or `demo.example_SSL`, to description.
    public SortedMap<String, VirtualHost> virtualHosts() {
        SortedMap<String, VirtualHost> hosts = new TreeMap<>();
        for (DomainName name : UserdataMain.of(domains).virtualHosts()) {
            VirtualHost host =
                    VirtualHost.of(name, aliases(name.value()), documentRoot(name.value()), site);
            hosts.put(name.fileName(), host);
            if (site.tlsHosts().contains(name.value())) {
                hosts.put(name.fileName() + "_SSL", host.with("port", "443").with("ssl", "1"));
            }
        }
        return hosts;
    }

    /// An object with an array for every name: account, owner, kind, virtual host, folder, plain
    /// and TLS address, IPv6 address, firewall flag, PHP version.
    public String cacheJson() {
        return cacheJson(_ -> site.phpVersion());
    }

    /// As [#cacheJson()], with the PHP version of each virtual host.
    public String cacheJson(UnaryOperator<String> phpVersion) {
        SortedMap<String, List<Object>> rows = new TreeMap<>();
        put(rows, domains.main(), "main", domains.main(), phpVersion);
        domains.parked().forEach(name -> put(rows, name, "parked", domains.main(), phpVersion));
        domains.subs().forEach(name -> put(rows, name, "sub", name, phpVersion));
        domains.addons().forEach((name, sub) -> put(rows, name, "addon", sub, phpVersion));
        return JSON.writeValueAsString(rows);
    }

    /// `addon.example=addon_demo.example` lines.
    public String addons() {
        return lines(
                domains.addons().entrySet().stream()
                        .map(each -> each.getKey() + "=" + underscored(each.getValue()))
                        .toList());
    }

    /// `blog_demo.example` lines.
    public String sds() {
        return lines(domains.subs().stream().map(DomainViews::underscored).toList());
    }

    /// `blog_demo.example=public_html/blog` lines.
    public String sds2() {
        return lines(
                domains.subs().stream()
                        .map(sub ->
                                underscored(sub)
                                        + "="
                                        + DocumentRoot.relativeTo(site.home(), documentRoot(sub)))
                        .toList());
    }

    /// A parked domain a line.
    public String pds() {
        return lines(domains.parked());
    }

    /// The names that must have a file in `vf/` and `va/`: every one.
    public SortedSet<String> mailNames() {
        return new TreeSet<>(domains.all());
    }

    /// The names that must have a file in `vad/`, with its content where the host has none: parked
    /// domains, whose mail goes to the main domain.
    public SortedMap<String, String> domainForwards() {
        return new TreeMap<>(
                domains.parked().stream()
                        .collect(
                                Collectors.toMap(
                                        name -> name,
                                        name -> name + ": " + domains.main() + "\n")));
    }

    /// The folder of a virtual host; one that is not known is the place where new ones are made.
    public String documentRoot(String vhost) {
        String known = domains.documentRoots().get(vhost);
        if (known != null) {
            return known;
        }
        String place = site.home() + "/public_html";
        return vhost.equals(domains.main())
                ? place
                : place + "/" + new DomainName(vhost).fileName();
    }

    /// A name with its first dot written as `_`, which is how the flat views separate a sub-domain
    /// from its parent.
    static String underscored(String domain) {
        return domain.replaceFirst("\\.", "_");
    }

    private List<String> aliases(String vhost) {
        List<String> aliases = new ArrayList<>();
        if (vhost.equals(domains.main())) {
            aliases.add("mail." + vhost);
        }
        if (!vhost.startsWith("*.")) {
            aliases.add("www." + vhost);
        }
        if (vhost.equals(domains.main())) {
            domains.parked().forEach(name -> aliases.addAll(List.of(name, "www." + name)));
        }
        for (Map.Entry<String, String> addon : domains.addons().entrySet()) {
            if (addon.getValue().equals(vhost)) {
                String name = addon.getKey();
                aliases.addAll(List.of(name, "mail." + name, "www." + name));
            }
        }
        return aliases;
    }

    private void put(
            SortedMap<String, List<Object>> rows,
            String name,
            String kind,
            String vhost,
            UnaryOperator<String> phpVersion) {
        String tls = site.tlsHosts().contains(vhost) ? site.address() + ":443" : "";
        rows.put(
                name,
                List.of(
                        site.account().value(),
                        site.owner(),
                        kind,
                        vhost,
                        documentRoot(vhost),
                        site.address() + ":80",
                        tls,
                        "",
                        0,
                        phpVersion.apply(vhost)));
    }

    private static String lines(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
