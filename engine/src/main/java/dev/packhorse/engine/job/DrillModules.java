package dev.packhorse.engine.job;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.DatabaseTrial;
import dev.packhorse.engine.component.HostServices;
import java.util.ArrayList;
import java.util.List;

/// The modules of a restore that is tried: this server's, each watched for what it says. Those of
/// databases try the dumps instead; after that of the home, the home is compared; after the last
/// one, all else.
///
/// @param live this server's modules in their order
/// @param services with the database servers
/// @param index opens the archive by its index
/// @param findings takes what is shown
record DrillModules(
        List<AccountComponent> live,
        HostServices services,
        HomeProof.Index index,
        DrillFindings findings) {
    private static final String POSTGRES = "Postgres";

    DrillModules {
        live = List.copyOf(live);
    }

    /// The modules, to be used for one restore.
    List<AccountComponent> watched() {
        List<AccountComponent> packing = new ArrayList<>();
        List<AccountComponent> watched = new ArrayList<>();
        for (AccountComponent module : live) {
            AccountComponent tried = tried(module);
            if (tried.equals(module)) {
                packing.add(module);
            }
            watched.add(noted(tried));
        }
        HomeProof home = new HomeProof(index, findings);
        MemberProof members = new MemberProof(packing, findings);
        watched.replaceAll(module -> {
            if (module.name().equals(Components.HOMEDIR)) {
                return new WatchedModule(module, home);
            }
            return module.name().equals(Components.POST_RESTORE_ACTIONS)
                    ? new WatchedModule(module, members)
                    : module;
        });
        return watched;
    }

    private AccountComponent tried(AccountComponent module) {
        if (module.name().equals(Components.MYSQL)) {
            return new TriedDatabases(module, services, DatabaseTrial::mysql);
        }
        return module.name().value().equals(POSTGRES)
                ? new TriedDatabases(module, services, DatabaseTrial::postgres)
                : module;
    }

    private AccountComponent noted(AccountComponent module) {
        String name = module.name().value();
        boolean databases = module instanceof TriedDatabases;
        return new WatchedModule(
                module,
                (context, source, report) -> {
                    findings.ended(name, report, context.restricted());
                    long loaded = report.counts().getOrDefault("databases", 0L);
                    if (databases && loaded > 0) {
                        findings.proven(name, 0, report.counts());
                        findings.compared(
                                "%d databases of %s with %d tables"
                                        .formatted(loaded, name, report.counts().get("tables")));
                    }
                });
    }
}
