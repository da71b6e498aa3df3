package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.SiteFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// The list of domains: main, addon, parked and sub-domains. Packing writes every view that readers
/// know; restoring takes the best of them.
public final class DomainsComponent extends BasicComponent {
    private static final int PRIVATE = 0600;

    public DomainsComponent() {
        super(
                Components.DOMAINS,
                "Sub-domains, parked domains and addon domains.",
                true,
                Set.of(Components.ACCOUNT, Components.CP_USER),
                Set.of("userdata/main", "addons", "sds", "sds2", "pds"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        DomainViews views = new DomainViews(account.domains(), SiteFacts.of(account, "", Set.of()));
        sink.addText("userdata/main", PRIVATE, views.userdataMain());
        sink.addText("addons", PRIVATE, views.addons());
        sink.addText("sds", PRIVATE, views.sds());
        sink.addText("sds2", PRIVATE, views.sds2());
        sink.addText("pds", PRIVATE, views.pds());
        return PackReport.of(counts(account.domains()));
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server keeps no list of an account's domains");
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        RestoreNotes notes = new RestoreNotes();
        archived.domains().conflicts().forEach(notes::altered);
        DomainSet domains = AcceptedDomains.claim(context, archived, account.home(), notes);
        String list = new DomainViews(domains, SiteFacts.of(account, "", Set.of())).userdataMain();
        HostFiles files = new HostFiles(context.services().root());
        String path = HostLayout.userdataMain(account.name());
        files.makeFolder(
                HostLayout.userdataFolder(account.name()), new FileRights(0750, 0, account.gid()));
        files.replaceContent(
                path,
                list.getBytes(StandardCharsets.UTF_8),
                new FileRights(0640, 0, account.gid()));
        return notes.report(counts(domains));
    }

    private static Map<String, Long> counts(DomainSet domains) {
        return Map.of("domains", (long) domains.all().size());
    }
}
