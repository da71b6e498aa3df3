package dev.packhorse.engine.component;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Path;

/// What a module is given to pack one account.
///
/// @param account the account as the server describes it
/// @param services what this server has
/// @param options what to leave out
/// @param staging a root-only working folder of this run, for dumps; the module removes what it
///   made there
/// @param log the session's log
/// @param cancellation checked at block boundaries
public record PackContext(
        Account account,
        HostServices services,
        PackOptions options,
        Path staging,
        SessionLog log,
        Cancellation cancellation) {}
