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
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.NewUser;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The login shell. Only shells that this server lists are given; an archive of unknown origin gets
/// a jailed one at most. That of an account that is suspended here waits until it is let in again.
public final class ShellComponent extends BasicComponent {
    private static final String MEMBER = "shell";

    public ShellComponent() {
        super(
                Components.SHELL,
                "The login shell.",
                true,
                Set.of(Components.ACCOUNT),
                Set.of(MEMBER));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        sink.addText(MEMBER, 0600, context.account().shell() + "\n");
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Optional<String> asked = source.text(MEMBER).map(String::strip);
        if (asked.isEmpty() || asked.get().isEmpty()) {
            return RestoreReport.nothing();
        }
        if (!NewUser.isPath(asked.get())) {
            throw new ComponentException("the member shell names no shell");
        }
        Account account = Components.existing(context);
        RestoreNotes notes = new RestoreNotes();
        ShellRules rules = new ShellRules(new HostFiles(context.services().root()));
        String shell = rules.allowed(asked.get(), context.restricted());
        if (!shell.equals(asked.get())) {
            notes.altered("shell: " + shell + " instead of " + asked.get());
        }
        if (account.suspended() && !ArchivedAccount.read(context, source).isSuspended(source)) {
            new SuspendedLogin(context.services()).setShell(account, shell);
        } else if (!shell.equals(account.shell())) {
            UserTools.of(context.services().root()).setShell(account.name(), shell);
        }
        return notes.report(Map.of());
    }
}
