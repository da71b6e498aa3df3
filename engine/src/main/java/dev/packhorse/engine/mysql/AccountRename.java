package dev.packhorse.engine.mysql;

import dev.packhorse.engine.model.AccountName;

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
}
