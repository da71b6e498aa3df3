package dev.packhorse.engine.job;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
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
record ModuleChoice(List<AccountComponent> modules, List<String> leftOut) {
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
                leftOut.add(
                        module.name() + ": not available for an archive that nobody vouches for");
            } else if (ALWAYS.contains(module.name()) || context.options().wants(module.name())) {
                modules.add(module);
            }
        }
        return new ModuleChoice(modules, leftOut);
    }

    /// The options of the modules, from what the API was asked for.
    static RestoreOptions options(RestoreArguments arguments) {
        Set<ComponentName> without = new HashSet<>();
        arguments.without().forEach(name -> without.add(new ComponentName(name)));
        if (!arguments.mysql()) {
            without.add(Components.MYSQL);
        }
        if (!arguments.mailConfig()) {
            without.add(Components.MAIL);
        }
        Set<ComponentName> only = new HashSet<>();
        arguments.only().forEach(name -> only.add(new ComponentName(name)));
        return new RestoreOptions(only, without, arguments.giveIp(), arguments.subdomains());
    }
}
