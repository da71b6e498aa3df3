package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomeDatabase;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.DomainName;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Address books and settings of Roundcube. Each mailbox has them in a SQLite file
/// `etc/DOMAIN/BOX.rcube.db` of the home, which the module Homedir brings back; here it is seen
/// that each is one, and that nobody else can read it. The one database of older servers,
/// `mysql/roundcube.sql`, holds rows of a database that all accounts share and is told, not
/// restored.
public final class RoundcubeComponent extends ActionComponent {
    private static final String SHARED = "mysql/roundcube.sql";

    public RoundcubeComponent() {
        super(
                new ComponentName("Roundcube"),
                "Address books and settings of Roundcube.",
                true,
                Set.of(Components.HOMEDIR, Components.DOMAINS));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long found = 0;
        for (String domain : target.domains()) {
            DomainName name = new DomainName(domain);
            if (!name.isWildcard()) {
                found +=
                        HomeDatabase.check(
                                target,
                                "etc/" + name.fileName(),
                                file -> file.endsWith(".rcube.db"));
            }
        }
        if (source.file(SHARED).isPresent()) {
            target.notes()
                    .skipped(SHARED + ": rows of a database that all accounts share, not restored");
        }
        return found == 0 && target.notes().isEmpty()
                ? RestoreReport.nothing()
                : target.notes().report(Map.of("books", found));
    }
}
