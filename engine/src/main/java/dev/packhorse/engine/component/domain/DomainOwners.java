package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Whose the domains of this server are. Immutable.
public final class DomainOwners {
    private final String hostname;
    private final Map<String, String> owners;

    private DomainOwners(String hostname, Map<String, String> owners) {
        this.hostname = hostname.toLowerCase(Locale.ROOT);
        this.owners = owners;
    }

    /// The domains of all accounts but one, from the server's own list where it keeps one, else by
    /// asking each account.
    public static DomainOwners except(HostServices services, AccountName self) throws IOException {
        Map<String, String> owners = new HashMap<>();
        Optional<String> list =
                services.accounts().source().equals("cpanel")
                        ? new HostFiles(services.root()).readText(HostLayout.USER_DOMAINS)
                        : Optional.empty();
        if (list.isPresent()) {
            list.get().lines().forEach(line -> addLine(line, owners));
        } else {
            addAll(services, owners);
        }
        owners.values().removeIf(owner -> owner.equals(self.value()) || owner.equals("nobody"));
        return new DomainOwners(services.hostname(), owners);
    }

    private static void addLine(String line, Map<String, String> owners) {
        int colon = line.indexOf(':');
        if (colon > 0) {
            owners.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
    }

    private static void addAll(HostServices services, Map<String, String> owners)
            throws IOException {
        for (AccountName name : services.accounts().names()) {
            Optional<Account> account = services.accounts().find(name);
            account.ifPresent(found ->
                    found.domains().all().forEach(domain -> owners.put(domain, name.value())));
        }
    }

    /// Why another account may not have the domain, empty if it may.
    ///
    /// @param belowOthers whether it may lie below a domain of another account
    public Optional<String> objection(String domain, boolean belowOthers) {
        if (domain.equals(hostname)) {
            return Optional.of("is the name of this server");
        }
        String owner = owners.get(domain);
        if (owner != null) {
            return Optional.of("belongs to account " + owner);
        }
        if (belowOthers) {
            return Optional.empty();
        }
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            String parent = domain.substring(dot + 1);
            if (owners.containsKey(parent) && parent.indexOf('.') > 0) {
                return Optional.of(
                        "lies below "
                                + parent
                                + ", which belongs to account "
                                + owners.get(parent));
            }
        }
        return Optional.empty();
    }
}
