package dev.packhorse.engine.mysql;

import dev.packhorse.engine.model.AccountName;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Which databases and database users belong to an account: those named like it, and those whose
/// name begins with it and `_`, unless another account's longer name claims them: where `web` and
/// `web_shop` are accounts, `web_shop_1` is the latter's. Those that the panel's map gives to the
/// account and nobody claims are its own as well. Immutable.
///
/// @param account the account
/// @param rivals the names of other accounts that begin with this account's name and `_`
/// @param mapped what is the account's whatever it is called
public record DatabaseOwnership(
        AccountName account, List<AccountName> rivals, DatabaseMap.Names mapped) {
    private static final Set<String> SERVERS_OWN =
            Set.of(
                    "mysql",
                    "information_schema",
                    "performance_schema",
                    "sys",
                    "postgres",
                    "template0",
                    "template1",
                    "root",
                    "mariadb.sys",
                    "mysql.sys",
                    "mysql.session",
                    "mysql.infoschema",
                    "debian-sys-maint");

    /// The longest name of a database.
    static final int MAX_NAME = 64;

    /// What belongs to the account on a server with these accounts.
    ///
    /// @param others all accounts of the server; the account itself may be among them
    public static DatabaseOwnership of(AccountName account, Collection<AccountName> others) {
        return new DatabaseOwnership(
                account,
                others.stream()
                        .filter(other -> other.value().startsWith(account.value() + "_"))
                        .sorted()
                        .toList(),
                DatabaseMap.Names.NONE);
    }

    /// The same with what a map gives to the account.
    public DatabaseOwnership with(DatabaseMap.Names others) {
        return new DatabaseOwnership(account, rivals, others);
    }

    /// Whether a name is one that the server, or this program, has for itself.
    public static boolean isServersOwn(String name) {
        return SERVERS_OWN.contains(name)
                || name.startsWith("packhorse-")
                || name.startsWith("packhorse_");
    }

    public DatabaseOwnership {
        rivals = List.copyOf(rivals);
    }

    /// Whether a database of this name is the account's.
    public boolean owns(String name) {
        return mapped.databases().contains(name) || isNamedAlike(name);
    }

    /// Whether a database user of this name is the account's.
    public boolean ownsUser(String name) {
        return mapped.users().contains(name) || isNamedAlike(name);
    }

    private boolean isNamedAlike(String name) {
        if (name.equals(account.value())) {
            return true;
        }
        return name.startsWith(prefix())
                && rivals.stream()
                        .noneMatch(rival ->
                                name.equals(rival.value()) || name.startsWith(rival.value() + "_"));
    }

    /// Whether all names with the account's prefix are the account's, whatever follows.
    boolean ownsWholePrefix() {
        return rivals.isEmpty();
    }

    String prefix() {
        return account.value() + "_";
    }

    /// A sentence on a database that is left out because it is not [#isPlain].
    public static String unfit(String name) {
        return "database "
                + name.replaceAll("\\p{Cntrl}", "?")
                + " has a name that no archive can hold, and was left out";
    }

    /// Whether a database of this name can be a member of an archive: no `/`, no control
    /// characters, not too long.
    public static boolean isPlain(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '/' || c == '\\')
                && !name.startsWith(".");
    }
}
