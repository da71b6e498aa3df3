package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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

    /// Makes the lists hold the account's domains, and no others as the account's. A domain that
    /// another account got meanwhile stays that account's.
    ///
    /// @return such domains
    public Set<String> update(Account account) throws IOException {
        String name = account.name().value();
        DomainSet domains = account.domains();
        SortedMap<String, String> owners = new TreeMap<>();
        domains.all().forEach(domain -> owners.put(domain, domain + ": " + name));
        Predicate<String> isAccounts = value -> owner(value).equals(name);
        Set<String> others = merge(HostLayout.USER_DOMAINS, owners, isAccounts);
        SortedMap<String, String> main = new TreeMap<>();
        main.put(domains.main(), domains.main() + ": " + name);
        main.keySet().removeAll(others);
        merge(HostLayout.TRUE_USER_DOMAINS, main, isAccounts);
        SortedMap<String, String> details = details(account);
        details.keySet().removeAll(others);
        merge(HostLayout.USER_DATA_DOMAINS, details, isAccounts);
        new UserdataCache(files).write(account, domains);
        addLocalDomains(account, others);
        return others;
    }

    /// Writes down that the account has these domains, but for those that another account has: of
    /// two restores that run at the same time, the first one gets a domain, and the other sees it.
    /// Where the server keeps no such list it is not begun, since it would lack all other accounts.
    public void claim(AccountName account, Set<String> domains) throws IOException {
        if (files.stat(HostLayout.USER_DOMAINS).isEmpty()) {
            return;
        }
        SortedMap<String, String> owners = new TreeMap<>();
        domains.forEach(domain -> owners.put(domain, domain + ": " + account));
        merge(HostLayout.USER_DOMAINS, owners, _ -> false);
    }

    private static String owner(String value) {
        int fields = value.indexOf(FIELDS);
        return fields < 0 ? value : value.substring(0, fields);
    }

    private SortedMap<String, String> details(Account account) throws IOException {
        DomainSet domains = account.domains();
        SortedMap<String, String> lines = new TreeMap<>();
        for (String sub : domains.subs()) {
            lines.put(sub, detail(account, sub, "sub", sub));
        }
        for (String parked : domains.parked()) {
            lines.put(parked, detail(account, parked, "parked", domains.main()));
        }
        for (Map.Entry<String, String> addon : domains.addons().entrySet()) {
            lines.put(addon.getKey(), detail(account, addon.getKey(), "addon", addon.getValue()));
        }
        lines.put(domains.main(), detail(account, domains.main(), "main", domains.main()));
        return lines;
    }

    private String detail(Account account, String domain, String kind, String host)
            throws IOException {
        DomainSet domains = account.domains();
        String address = account.setting("IP", "127.0.0.1");
        boolean tls = files.stat(HostLayout.tls(new DomainName(host))).isPresent();
        return domain
                + ": "
                + String.join(
                        FIELDS,
                        account.name().value(),
                        account.owner(),
                        kind,
                        host,
                        new DomainViews(domains, SiteFacts.of(account, "", Set.of()))
                                .documentRoot(host),
                        address + ":80",
                        tls ? address + ":443" : "",
                        "",
                        "0",
                        new UserdataCache(files).phpVersion(account, host));
    }

    /// Domains whose mail is delivered here; the file is only kept where it exists.
    private void addLocalDomains(Account account, Set<String> others) throws IOException {
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
        lines.keySet().removeAll(others);
        merge(HostLayout.LOCAL_DOMAINS, lines, _ -> false);
    }

    /// Makes a list hold these lines and no others of the account. A line that is there already
    /// stays where it is, a new one is put where a sorted list has it.
    ///
    /// @return whose lines another account has
    private Set<String> merge(
            String path, SortedMap<String, String> own, Predicate<String> isAccounts)
            throws IOException {
        Set<String> others = new TreeSet<>();
        OwnLines.change(() -> mergeAlone(path, own, isAccounts, others));
        return others;
    }

    private void mergeAlone(
            String path,
            SortedMap<String, String> own,
            Predicate<String> isAccounts,
            Set<String> others)
            throws IOException {
        String text = files.readText(path).orElse("");
        List<String> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            String key = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            if (own.containsKey(key) && !isAccounts.test(value) && isAccount(owner(value))) {
                others.add(key);
            }
            boolean stale = own.containsKey(key) || isAccounts.test(value);
            if (!stale || others.contains(key) || line.equals(own.get(key))) {
                lines.add(line);
            }
        }
        own.keySet().removeAll(others);
        for (String line : own.values()) {
            if (!lines.contains(line)) {
                lines.add(place(lines, line), line);
            }
        }
        String merged = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        if (!merged.equals(text)) {
            files.replaceContent(path, LosslessText.encode(merged), FileRights.ofRoot(0644));
        }
    }

    /// Whether there is such an account; lines of accounts that are gone are nobody's.
    private boolean isAccount(String name) throws IOException {
        return AccountName.isValid(name)
                && files.stat(HostLayout.users(new AccountName(name))).isPresent();
    }

    /// Before the first line that comes after it; the line for all other domains stays at an end.
    private static int place(List<String> lines, String line) {
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("*") && lines.get(i).compareTo(line) > 0) {
                return i;
            }
        }
        boolean restIsLast =
                !lines.isEmpty() && lines.size() > 1 && lines.getLast().startsWith("*");
        return restIsLast ? lines.size() - 1 : lines.size();
    }
}
