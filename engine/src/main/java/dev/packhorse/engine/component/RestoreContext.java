package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Path;

/// What a module is given to restore one account.
///
/// @param account the name under which it is restored
/// @param facts what the judge found in the archive
/// @param services what this server has
/// @param options what was asked for
/// @param restricted whether the archive is not vouched for
/// @param staging a root-only working folder of this run
/// @param log the session's log
/// @param cancellation checked at block boundaries
/// @param progress how far the module is, across tries
public record RestoreContext(
        AccountName account,
        ArchiveFacts facts,
        HostServices services,
        RestoreOptions options,
        boolean restricted,
        Path staging,
        SessionLog log,
        Cancellation cancellation,
        ModuleProgress progress) {
    /// One that keeps no progress.
    public RestoreContext(
            AccountName account,
            ArchiveFacts facts,
            HostServices services,
            RestoreOptions options,
            boolean restricted,
            Path staging,
            SessionLog log,
            Cancellation cancellation) {
        this(
                account,
                facts,
                services,
                options,
                restricted,
                staging,
                log,
                cancellation,
                ModuleProgress.NONE);
    }

    /// The same on another server.
    public RestoreContext on(HostServices other) {
        return new RestoreContext(
                account, facts, other, options, restricted, staging, log, cancellation, progress);
    }

    /// The same with another log.
    public RestoreContext with(SessionLog other) {
        return new RestoreContext(
                account,
                facts,
                services,
                options,
                restricted,
                staging,
                other,
                cancellation,
                progress);
    }

    /// The same for a module whose progress is kept.
    public RestoreContext with(ModuleProgress other) {
        return new RestoreContext(
                account, facts, services, options, restricted, staging, log, cancellation, other);
    }
}
