package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The password hash. It is checked against the grammar of crypt(3) before it may become a field of
/// the user database, and is told to nobody. That of an account that is suspended here stays
/// locked.
public final class PasswordComponent extends BasicComponent {
    private static final String MEMBER = "shadow";

    public PasswordComponent() {
        super(
                Components.PASSWORD,
                "The system password.",
                true,
                Set.of(Components.ACCOUNT),
                Set.of(MEMBER));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostRoot root = context.services().root();
        Optional<String> hash =
                new UserDatabase(root).passwordHash(context.account().name().value());
        if (hash.isEmpty()) {
            return new PackReport(
                    Map.of(), List.of("no password hash of the account was found in /etc/shadow"));
        }
        sink.addText(MEMBER, 0600, hash.get() + "\n");
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Optional<String> member = source.text(MEMBER).map(String::strip);
        if (member.isEmpty() || member.get().isEmpty()) {
            return RestoreReport.nothing();
        }
        Account account = Components.existing(context);
        String hash = member.get();
        if (!NewUser.isHash(hash)) {
            throw new ComponentException("the member shadow holds no password hash");
        }
        HostRoot root = context.services().root();
        if (account.suspended() && !ArchivedAccount.read(context, source).isSuspended(source)) {
            new SuspendedLogin(context.services()).setPassword(account, hash);
            return RestoreReport.done(Map.of());
        }
        Optional<String> now = new UserDatabase(root).passwordHash(account.name().value());
        if (!now.equals(Optional.of(hash))) {
            UserTools.of(root).setPasswordHash(account.name(), hash);
        }
        return RestoreReport.done(Map.of());
    }
}
