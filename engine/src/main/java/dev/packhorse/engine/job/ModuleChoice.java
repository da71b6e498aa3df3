package dev.packhorse.engine.job;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which modules a restore runs, in order, and which it leaves out and why. Made before anything is
/// touched.
///
/// @param modules those that run
/// @param leftOut a sentence for each that does not
/// @param whole whether it is the account that is restored and not parts of it
record ModuleChoice(List<AccountComponent> modules, List<String> leftOut, boolean whole) {
    /// Modules that run whatever was asked for: without them there is no account, or it stays
    /// marked as being restored.
    private static final Set<ComponentName> ALWAYS =
            Set.of(
                    Components.PRE_RESTORE_ACTIONS,
                    Components.ACCOUNT,
                    Components.CP_USER,
                    Components.POST_RESTORE_ACTIONS);

    ModuleChoice {
        modules = List.copyOf(modules);
        leftOut = List.copyOf(leftOut);
    }

    static ModuleChoice of(List<AccountComponent> all, RestoreContext context) {
        List<AccountComponent> modules = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (AccountComponent module : all) {
            if (context.restricted() && !module.availableRestricted()) {
                leftOut.add(notForStrangers(module));
            } else if (ALWAYS.contains(module.name()) || context.options().wants(module.name())) {
                modules.add(module);
            }
        }
        return new ModuleChoice(modules, leftOut, true);
    }

    private static String notForStrangers(AccountComponent module) {
        return module.name() + ": not available for an archive that nobody vouches for";
    }

    /// The modules that restore these parts.
    ///
    /// @param all in their order
    /// @param restricted whether nobody vouches for the archive
    static ModuleChoice ofParts(
            List<AccountComponent> all, List<RestorePart> parts, boolean restricted) {
        Set<String> wanted = new HashSet<>();
        parts.forEach(part -> wanted.addAll(part.modules()));
        List<AccountComponent> modules = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (AccountComponent module : all) {
            if (!wanted.contains(module.name().value())) {
                continue;
            }
            if (restricted && !module.availableRestricted()) {
                leftOut.add(notForStrangers(module));
            } else {
                modules.add(module);
            }
        }
        return new ModuleChoice(modules, leftOut, false);
    }

    /// The same with further sentences about what is left out.
    ModuleChoice leavingOut(List<String> further) {
        List<String> all = new ArrayList<>(leftOut);
        further.forEach(each -> all.add(ModuleNotes.ARCHIVE + ": " + each));
        return new ModuleChoice(modules, all, whole);
    }

    /// The options of the modules, from what the API was asked for.
    static RestoreOptions options(RestoreArguments arguments) {
        Set<ComponentName> without = new HashSet<>();
        arguments.without().forEach(name -> without.add(new ComponentName(name)));
        if (!arguments.mysql()) {
            // The switch is of an account's databases, whichever server holds them.
            without.add(Components.MYSQL);
            without.add(PostgresComponent.NAME);
        }
        if (!arguments.mailConfig()) {
            without.add(Components.MAIL);
        }
        Set<ComponentName> only = new HashSet<>();
        arguments.only().forEach(name -> only.add(new ComponentName(name)));
        return new RestoreOptions(
                only,
                without,
                arguments.giveIp(),
                arguments.subdomains(),
                arguments.scope().merge(),
                arguments.as().homes(),
                !arguments.as().panelAddressesOnly());
    }
}
