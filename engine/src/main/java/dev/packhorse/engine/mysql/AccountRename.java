package dev.packhorse.engine.mysql;

import dev.packhorse.engine.model.AccountName;
import java.util.Optional;

/// The change of names when an account comes back under another name: `demo_shop` of `demo` becomes
/// `web_shop` of `web`.
///
/// @param from the archive's account
/// @param to the account that is restored
public record AccountRename(AccountName from, AccountName to) {
    /// The new name of a database or database user; names that are not `from`'s stay as they are.
    public String apply(String name) {
        if (name.equals(from.value())) {
            return to.value();
        }
        String prefix = from.value() + "_";
        return name.startsWith(prefix) ? to.value() + "_" + name.substring(prefix.length()) : name;
    }

    /// What the customer has to know of a database that gets another name; empty if it does not.
    public Optional<String> note(String database) {
        String now = apply(database);
        return now.equals(database)
                ? Optional.empty()
                : Optional.of(
                        "database %s is %s here; programs that name it, or its users, must be told"
                                .formatted(database, now));
    }
}
