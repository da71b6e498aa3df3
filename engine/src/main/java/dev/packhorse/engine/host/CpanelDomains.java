package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds an account's domains: in its userdata folder, or, where that has no list, in the account
/// file and `/etc/userdomains`.
final class CpanelDomains {
    private final HostFiles files;

    CpanelDomains(HostFiles files) {
        this.files = files;
    }

    DomainSet of(AccountName account, String home, SortedMap<String, String> settings)
            throws IOException {
        String path = HostLayout.userdataMain(account);
        Optional<String> text = files.readText(path);
        if (text.isEmpty()) {
            return fromSettings(account, home, settings);
        }
        UserdataMain main = UserdataMain.parse(path, text.get());
        SortedMap<String, String> folders = new TreeMap<>();
        folders.put(main.main().value(), home + "/public_html");
        for (DomainName host : main.virtualHosts()) {
            folder(HostLayout.userdata(account, host))
                    .ifPresent(folder -> folders.put(host.value(), folder));
        }
        return main.withDocumentRoots(folders);
    }

    private Optional<String> folder(String path) throws IOException {
        Optional<String> text = files.readText(path);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        VirtualHost host = VirtualHost.parse(path, text.get());
        Optional<String> folder = host.documentRoot();
        if (folder.isPresent() && !DocumentRoot.isValid(folder.get())) {
            throw new HostFormatException(
                    path, host.line("documentroot"), "documentroot is no absolute folder");
        }
        return folder;
    }

    /// A name below another one of the account is a sub-domain; nothing here tells addon domains
    /// from parked ones, and a parked one needs no folder, so the rest are parked.
    private DomainSet fromSettings(
            AccountName account, String home, SortedMap<String, String> settings)
            throws IOException {
        DomainName main = mainDomain(account, settings);
        Set<DomainName> names = new TreeSet<>(userdomains(account));
        for (String key : settings.keySet()) {
            if (key.matches("DNS[0-9]+")) {
                names.add(domain(HostLayout.users(account), 0, settings.get(key)));
            }
        }
        names.remove(main);
        List<String> subs = new ArrayList<>();
        List<String> parked = new ArrayList<>();
        for (DomainName name : names) {
            boolean below =
                    name.isBelow(main) || names.stream().anyMatch(other -> name.isBelow(other));
            (below ? subs : parked).add(name.value());
        }
        SortedMap<String, String> folders = new TreeMap<>();
        folders.put(main.value(), home + "/public_html");
        return new DomainSet(main.value(), new TreeMap<>(), subs, parked, folders);
    }

    private static DomainName mainDomain(AccountName account, SortedMap<String, String> settings)
            throws HostFormatException {
        String main = settings.getOrDefault("DNS", "");
        if (main.isEmpty()) {
            throw new HostFormatException(
                    HostLayout.users(account),
                    0,
                    "no main domain: neither DNS= here nor " + HostLayout.userdataMain(account));
        }
        return domain(HostLayout.users(account), 0, main);
    }

    /// The `domain: account` lines of this account.
    private List<DomainName> userdomains(AccountName account) throws IOException {
        List<DomainName> names = new ArrayList<>();
        int number = 0;
        for (String line : files.readText(HostLayout.USER_DOMAINS).orElse("").split("\n", -1)) {
            number++;
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(colon + 1).strip().equals(account.value())) {
                names.add(domain(HostLayout.USER_DOMAINS, number, line.substring(0, colon)));
            }
        }
        return names;
    }

    private static DomainName domain(String file, int line, String text)
            throws HostFormatException {
        if (!DomainName.isValid(text)) {
            throw new HostFormatException(
                    file, line, "not a domain: “" + DomainName.printable(text) + "”");
        }
        return new DomainName(text);
    }
}
