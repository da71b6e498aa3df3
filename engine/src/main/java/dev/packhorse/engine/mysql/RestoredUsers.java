package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.util.ArrayList;
import java.util.List;

/// The database users of an archive, as far as the account may have them.
///
/// @param toMake the users to make
/// @param owners who may own views, routines, triggers and events, the default one first
/// @param refused what was left out, a sentence each
public record RestoredUsers(
        List<GrantFile.UserGrants> toMake, List<DatabaseUser> owners, List<String> refused) {
    public RestoredUsers {
        toMake = List.copyOf(toMake);
        owners = List.copyOf(owners);
        refused = List.copyOf(refused);
    }

    /// Reads the archive's two files and decides. Users that the server has already count as
    /// owners, too. The account's namesake is always among them; where neither knows it, it is to
    /// be made, without a password that anybody knows.
    ///
    /// @param grants the text of `mysql.sql`, empty if absent
    /// @param hashes the text of `mysql.sql-auth.json`, empty if absent
    /// @throws MysqlException if the hashes are not JSON, or the server cannot be asked
    public static RestoredUsers decide(
            MysqlServer server,
            DatabaseOwnership ownership,
            AccountRename rename,
            String grants,
            String hashes)
            throws MysqlException {
        GrantPolicy policy = new GrantPolicy(ownership, rename, server.version());
        List<GrantFile.UserGrants> toMake =
                new ArrayList<>(policy.restrict(GrantFile.parse(grants, hashes)));
        List<DatabaseUser> present = server.plainUsers(ownership);
        String account = ownership.account().value();
        boolean known =
                toMake.stream().anyMatch(each -> each.user().user().equals(account))
                        || present.stream().anyMatch(user -> user.user().equals(account));
        if (!known) {
            toMake.addFirst(namesake(account, ownership));
        }
        List<DatabaseUser> owners = new ArrayList<>();
        toMake.forEach(each -> owners.add(each.user()));
        present.stream()
                .filter(user ->
                        owners.stream().noneMatch(each -> each.definer().equals(user.definer())))
                .forEach(owners::add);
        owners.sort(
                java.util.Comparator.comparing((DatabaseUser user) -> !user.user().equals(account))
                        .thenComparing(user -> !user.host().equals("localhost")));
        return new RestoredUsers(toMake, owners, policy.refused());
    }

    private static GrantFile.UserGrants namesake(String account, DatabaseOwnership ownership) {
        String pattern =
                ownership.ownsWholePrefix()
                        ? SqlText.pattern(ownership.prefix()) + "%"
                        : SqlText.pattern(account);
        return new GrantFile.UserGrants(
                new DatabaseUser(account, "localhost", "", ByteString.of("")),
                List.of(
                        new Grant(
                                List.of(new Grant.Privilege("ALL PRIVILEGES", List.of())),
                                new Grant.Databases(pattern))));
    }
}
