package dev.packhorse.engine.job;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.hook.HookAccount;
import dev.packhorse.engine.hook.HookBlockedException;
import dev.packhorse.engine.hook.HookCall;
import dev.packhorse.engine.hook.HookPoint;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.CancelledException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The hooks around the packing of one account. One thread.
///
/// Source: whmapi1-protocol 12.1 for stages, data and whose rights scripts have.
final class PackingHooks {
    private final Optional<HookRunner> runner;
    private final PackContext context;
    private final Form form;
    private boolean begun;

    /// What is packed.
    ///
    /// @param backup whether a run's or a backup's, which runs hooks as the account; else root
    ///   packs for another server, and hooks run as root
    /// @param incremental whether into a tree
    /// @param split whether into parts
    record Form(boolean backup, boolean incremental, boolean split) {}

    PackingHooks(HookRunner runner, PackContext context, Form form) {
        this(Optional.of(runner), context, form);
    }

    private PackingHooks(Optional<HookRunner> runner, PackContext context, Form form) {
        this.runner = runner;
        this.context = context;
        this.form = form;
    }

    /// Of a packing that is no event of its own: none is called.
    static PackingHooks none(PackContext context) {
        return new PackingHooks(Optional.empty(), context, new Form(false, false, false));
    }

    /// Before the first module packs; a second try of the same packing is no new event.
    ///
    /// @throws ComponentException if a hook forbids it
    void pre() throws ComponentException, CancelledException {
        if (!begun) {
            begun = true;
            call("pre", Map.of());
        }
    }

    /// After the last module, while the archive is still open.
    ///
    /// @throws ComponentException if a hook forbids it
    void preFinalize() throws ComponentException, CancelledException {
        call(
                "preFinalize",
                Map.of(
                        "is_backup", number(form.backup()),
                        "is_incremental", number(form.incremental()),
                        "is_split", number(form.split()),
                        "is_tarball", number(!form.incremental())));
    }

    /// After the archive is whole, right before it gets its name: a hook that forbids it leaves the
    /// archive before in place.
    ///
    /// @throws ComponentException if a hook forbids it
    void postFinalize() throws ComponentException, CancelledException {
        if (!context.options().skips().contains(PackSkip.HOME)) {
            call("postFinalize", Map.of());
        }
    }

    private void call(String stage, Map<String, Object> further)
            throws ComponentException, CancelledException {
        if (runner.isEmpty()) {
            return;
        }
        Account account = context.account();
        Map<String, Object> data = new HashMap<>(further);
        data.put("user", account.name().value());
        data.put("homedir", account.home());
        data.put("workdir", context.staging().toString());
        Optional<HookAccount> as =
                form.backup()
                        ? Optional.of(
                                new HookAccount(
                                        account.name().value(),
                                        new Identity(account.uid(), account.gid()),
                                        account.home()))
                        : Optional.empty();
        try {
            runner.get()
                    .run(
                            new HookCall(HookPoint.PACK, stage, data, as, context.cancellation()),
                            context.log());
        } catch (HookBlockedException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static int number(boolean yes) {
        return yes ? 1 : 0;
    }
}
