package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.SiteFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/// The server's lists of all domains, from which mail and web server know whose they are. Lines of
/// other accounts stay as they are.
///
/// Source: public programs that read `/etc/userdomains`, `/etc/trueuserdomains` and
/// `/etc/userdatadomains`.
public final class DomainLists {
    private static final String FIELDS = "==";

    private final HostFiles files;

    public DomainLists(HostFiles files) {
        this.files = files;
    }

    /// Makes the lists hold the account's domains, and no others as the account's.
    public void update(Account account) throws IOException {
        String name = account.name().value();
        DomainSet domains = account.domains();
        SortedMap<String, String> owners = new TreeMap<>();
        domains.all().forEach(domain -> owners.put(domain, domain + ": " + name));
        merge(HostLayout.USER_DOMAINS, owners, name, (value, owner) -> value.equals(owner), true);
        merge(
                HostLayout.TRUE_USER_DOMAINS,
                new TreeMap<>(Map.of(domains.main(), domains.main() + ": " + name)),
                name,
                (value, owner) -> value.equals(owner),
                true);
        merge(
                HostLayout.USER_DATA_DOMAINS,
                details(account),
                name,
                (value, owner) -> value.startsWith(owner + FIELDS),
                true);
        addLocalDomains(account);
    }

    private SortedMap<String, String> details(Account account) throws IOException {
        DomainSet domains = account.domains();
        Set<String> tls = VirtualHosts.withCertificate(files, domains);
        DomainViews views = new DomainViews(domains, SiteFacts.of(account, "", tls));
        SortedMap<String, String> lines = new TreeMap<>();
        domains.subs().forEach(sub -> lines.put(sub, detail(account, views, tls, sub, "sub", sub)));
        domains.parked()
                .forEach(parked ->
                        lines.put(
                                parked,
                                detail(account, views, tls, parked, "parked", domains.main())));
        domains.addons()
                .forEach((addon, sub) ->
                        lines.put(addon, detail(account, views, tls, addon, "addon", sub)));
        String main = domains.main();
        lines.put(main, detail(account, views, tls, main, "main", main));
        return lines;
    }

    private static String detail(
            Account account,
            DomainViews views,
            Set<String> tls,
            String domain,
            String kind,
            String host) {
        String address = account.setting("IP", "127.0.0.1");
        return domain
                + ": "
                + String.join(
                        FIELDS,
                        account.name().value(),
                        account.owner(),
                        kind,
                        host,
                        views.documentRoot(host),
                        address + ":80",
                        tls.contains(host) ? address + ":443" : "",
                        "",
                        "0",
                        "");
    }

    /// Domains whose mail is delivered here; the file is only kept where it exists.
    private void addLocalDomains(Account account) throws IOException {
        if (files.stat(HostLayout.LOCAL_DOMAINS).isEmpty()) {
            return;
        }
        SortedMap<String, String> lines = new TreeMap<>();
        for (String domain : account.domains().all()) {
            String routing = account.setting("MXCHECK-" + domain, "0");
            if (!routing.equals("remote") && !routing.equals("secondary")) {
                lines.put(domain, domain);
            }
        }
        merge(HostLayout.LOCAL_DOMAINS, lines, "", (_, _) -> false, false);
    }

    /// Replaces the account's lines: sorted in where the list is sorted, else at the end.
    private void merge(
            String path,
            SortedMap<String, String> own,
            String account,
            BiPredicate<String, String> isOwn,
            boolean keyed)
            throws IOException {
        List<String> lines = new ArrayList<>();
        String text = files.readText(path).orElse("");
        for (String line : text.lines().toList()) {
            int colon = keyed ? line.indexOf(':') : line.length();
            String key = colon < 0 ? line : line.substring(0, colon).strip();
            String value = colon < 0 || !keyed ? "" : line.substring(colon + 1).strip();
            if (!own.containsKey(key) && !isOwn.test(value, account)) {
                lines.add(line);
            }
        }
        boolean sorted = lines.equals(lines.stream().sorted().toList());
        lines.addAll(own.values());
        if (sorted) {
            lines.sort(null);
        }
        String merged = lines.isEmpty() ? "" : String.join("\n", new LinkedHashSet<>(lines)) + "\n";
        if (!merged.equals(text)) {
            files.replaceContent(
                    path, merged.getBytes(StandardCharsets.UTF_8), FileRights.ofRoot(0644));
        }
    }
}
