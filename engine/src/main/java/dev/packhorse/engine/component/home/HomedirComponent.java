package dev.packhorse.engine.component.home;

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
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;

/// The home directory: every file, folder and link that the account may read, with modes, times to
/// the nanosecond, hard links, holes and `user.` attributes. Restoring adds to the home: what is
/// not in the archive stays.
public final class HomedirComponent extends BasicComponent {
    private final Supplier<FileClock> clock;

    public HomedirComponent() {
        this(FileClock::now);
    }

    /// @param clock asked once for each walk
    HomedirComponent(Supplier<FileClock> clock) {
        super(
                Components.HOMEDIR,
                "Files, folders and links of the home directory.",
                true,
                Set.of(Components.ACCOUNT),
                Set.of("homedir/"));
        this.clock = clock;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        if (context.options().skipHome()) {
            return PackReport.EMPTY;
        }
        Account account = context.account();
        try (OwnerAccess owner = new OwnerAccess();
                Directory home = HomeFolder.open(context.services().root(), account);
                HeldHome held = new HeldHome(home.duplicate())) {
            HomePacker packer = new HomePacker(context, sink, owner, held, clock.get());
            return AsAccount.call(account, () -> packer.pack(home));
        }
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (!context.facts().homePresent()) {
            return RestoreReport.nothing();
        }
        Account account = Components.existing(context);
        Set<Integer> groups = ServiceGroups.kept(context, source);
        String oldHome = ArchivedAccount.home(source, context.facts().account());
        try (OwnerAccess owner = new OwnerAccess();
                Directory home = HomeFolder.open(context.services().root(), account)) {
            HomeRestorer restorer =
                    new HomeRestorer(context, account, oldHome, groups, home, owner);
            return AsAccount.call(account, () -> restorer.restore(source));
        }
    }
}
