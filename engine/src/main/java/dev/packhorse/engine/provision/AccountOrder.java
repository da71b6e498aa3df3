package dev.packhorse.engine.provision;

import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.model.AccountName;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What somebody wants a new account to be.
///
/// @param name its name
/// @param domain its main domain
/// @param home its home, in the form `/home/NAME`
/// @param passwordHash a crypt(3) hash, or `!` for no password
/// @param shell whether it may log in to a shell
/// @param quotaMib its disk limit, 0 for none
/// @param settings pairs of its account file besides those that follow from the others
/// @param replaceZone whether a zone that is there already gives way to a new one
/// @param mailRecords which of these its new zone gets
public record AccountOrder(
        AccountName name,
        DomainName domain,
        String home,
        String passwordHash,
        boolean shell,
        long quotaMib,
        SortedMap<String, String> settings,
        boolean replaceZone,
        Set<MailRecord> mailRecords) {

    /// @throws IllegalArgumentException if something cannot stand where it belongs
    public AccountOrder {
        settings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        mailRecords = Set.copyOf(mailRecords);
        require(home.matches("/home[0-9]*/" + name), "home");
        require(NewUser.isHash(passwordHash), "password hash");
        require(quotaMib >= 0 && quotaMib <= 1_000_000_000, "quota");
        for (Map.Entry<String, String> each : settings.entrySet()) {
            require(
                    AccountFile.isKey(each.getKey()) && AccountFile.isValue(each.getValue()),
                    "setting " + each.getKey());
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("bad " + what + " of a new account");
        }
    }

    /// The hash stays untold.
    @Override
    public String toString() {
        return "order of account " + name + " with " + domain;
    }
}
