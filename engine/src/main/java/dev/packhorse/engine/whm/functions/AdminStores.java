package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.SecondFactors;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.PostCheck;
import java.util.function.Supplier;

/// What the functions keep besides backups. One instance serves all calls, and is the one that the
/// rest of the daemon works with.
///
/// @param switches which accounts are backed up
/// @param tokens the API tokens
/// @param sessions the sessions of callers that logged in
/// @param hooks the scripts hung into events
/// @param importances how urgent events are
/// @param posts tests what notifications are posted to
/// @param guard knows who is locked out
/// @param factors the second factors of users
/// @param address where this server's port is reached, as `https://host.example:2087`
public record AdminStores(
        BackupSwitches switches,
        TokenStore tokens,
        LoginSessions sessions,
        HookStore hooks,
        ImportanceStore importances,
        PostCheck posts,
        LoginGuard guard,
        SecondFactors factors,
        Supplier<String> address) {}
