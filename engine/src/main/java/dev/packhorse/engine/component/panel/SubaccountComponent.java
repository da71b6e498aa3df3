package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomeDatabase;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Sub-accounts: people with one name and password for mail, FTP and Web Disk. Their list is a
/// SQLite file in the home, which the module Homedir brings back; here it is seen whether it is one
/// that the panel can open, and nobody else may read it, since it holds password hashes.
public final class SubaccountComponent extends ActionComponent {
    public SubaccountComponent() {
        super(
                new ComponentName("Subaccount"),
                "The list of sub-accounts in the home.",
                false,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long found =
                HomeDatabase.check(target, ".subaccounts", name -> name.equals("storage.sqlite"));
        return found == 0 ? RestoreReport.nothing() : target.notes().report(Map.of("lists", found));
    }
}
