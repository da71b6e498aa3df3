package dev.packhorse.engine.daemon;

import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.Sealing;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.http.HttpSettings;
import dev.packhorse.engine.http.TlsMode;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.PostCheck;
import dev.packhorse.engine.whm.functions.AdminStores;
import java.nio.file.Path;
import java.time.InstantSource;

/// What the functions keep besides backups, each made once for the daemon.
final class Administration {
    /// Below the state folder.
    static final String HOOKS_FILE = "hooks.json";

    private final HostServices services;
    private final TokenStore tokens;
    private final BackupSwitches switches;
    private final LoginSessions logins;
    private final HookStore hooks;
    private final ImportanceStore importances;

    Administration(HostServices services, TokenStore tokens, Path state, Sealing sealing) {
        this.services = services;
        this.tokens = tokens;
        this.switches = new BackupSwitches(services.root(), services.accounts());
        this.logins =
                LoginSessions.kept(
                        state.resolve("login-sessions.sealed"),
                        sealing,
                        new HostUsers(services.root()),
                        tokens,
                        InstantSource.system());
        this.hooks = new HookStore(state.resolve(HOOKS_FILE));
        this.importances = new ImportanceStore(state.resolve("importances.yaml"));
    }

    HookStore hooks() {
        return hooks;
    }

    ImportanceStore importances() {
        return importances;
    }

    BackupSwitches switches() {
        return switches;
    }

    LoginSessions logins() {
        return logins;
    }

    /// @param http how the port is served, for links to it
    /// @param posts tests what notifications are posted to
    /// @param judging what judges logins
    AdminStores stores(HttpSettings http, PostCheck posts, LoginParts judging) {
        String scheme = http.tls() == TlsMode.OFF ? "http" : "https";
        String address = scheme + "://" + services.hostname() + ":" + http.listen().port();
        return new AdminStores(
                switches,
                tokens,
                logins,
                hooks,
                importances,
                posts,
                judging.guard(),
                judging.factors(),
                () -> address);
    }
}
