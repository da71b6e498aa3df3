package dev.packhorse.engine.job;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MissingServer;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.host.Account;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a restore makes of a removal that had left the account in parts: the account is one again
/// when all of it is back; else it is not packed any further.
///
/// @param failed what failed
/// @param absent the modules of databases that found no server
record RemovalEnd(
        ModuleChoice plan, RestoreContext context, List<String> failed, Set<String> absent) {
    /// Takes the mark of the removal away if all is back.
    ///
    /// @return what there is to tell, a sentence each
    List<String> settle() throws IOException {
        RemovalMark mark = RemovalMark.of(context.services(), context.account());
        if (!mark.stands()) {
            return List.of();
        }
        Optional<String> lacking = lacking();
        if (lacking.isPresent()) {
            return List.of(mark.refusal() + " (" + lacking.get() + ")");
        }
        List<String> aside = aside(mark);
        mark.clear();
        return aside;
    }

    /// Why not all is back, empty if it is.
    private Optional<String> lacking() throws IOException {
        boolean all = context.options().only().isEmpty() && context.options().without().isEmpty();
        if (!plan.whole() || !all) {
            return Optional.of("it was restored in part");
        }
        if (!failed.isEmpty()) {
            return Optional.of("a module failed");
        }
        if (!context.facts().homePresent()) {
            return Optional.of("the archive has no home");
        }
        if (context.restricted() && !plan.leftOut().isEmpty()) {
            return Optional.of("of an archive that nobody vouches for not all is taken");
        }
        return missingServer();
    }

    /// The removal may have dropped databases that are not back because their server is away. One
    /// that this host never had lacks nothing.
    private Optional<String> missingServer() throws IOException {
        HostServices services = context.services();
        Optional<String> mysql =
                absent.contains(MysqlComponent.NAME.value())
                        ? MissingServer.mysql(
                                services.mysqlSearch().now(), context.account(), services)
                        : Optional.empty();
        return mysql.isPresent() || !absent.contains(PostgresComponent.NAME.value())
                ? mysql
                : MissingServer.postgres(
                        services.postgresSearch().now(), context.account(), services);
    }

    /// What the customer had changed since the backup is nowhere else.
    private List<String> aside(RemovalMark mark) throws IOException {
        Optional<Account> account = context.services().accounts().find(context.account());
        return account.isEmpty()
                ? List.of()
                : mark.movedAside(account.get().home()).stream()
                        .map(
                                "the home that the removal had moved aside is still there: %s; look whether it has what the backup has not, then remove it: until then it counts for the account's quota"
                                        ::formatted)
                        .toList();
    }
}
