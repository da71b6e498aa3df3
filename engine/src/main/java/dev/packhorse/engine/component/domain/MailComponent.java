package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.HomeMove;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Forwarders, domain forwards and filters of the account's domains. Mailboxes lie in the home.
public final class MailComponent extends BasicComponent {
    private static final int PRIVATE = 0600;

    public MailComponent() {
        super(
                Components.MAIL,
                "Mail forwarders and filters.",
                true,
                Set.of(Components.DOMAINS, Components.HOMEDIR),
                Set.of("va/", "vad/", "vf/"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        HostFiles files = new HostFiles(context.services().root());
        DomainViews views = new DomainViews(account.domains(), SiteFacts.of(account, "", Set.of()));
        long packed = 0;
        for (String domain : views.mailNames()) {
            DomainName name = new DomainName(domain);
            Optional<byte[]> aliases = read(files, HostLayout.valiases(name));
            if (aliases.isPresent()) {
                sink.addBytes("va/" + domain, PRIVATE, aliases.get());
                packed++;
            }
            Optional<byte[]> forward = read(files, HostLayout.vdomainaliases(name));
            String usual = views.domainForwards().get(domain);
            if (forward.isPresent()) {
                sink.addBytes("vad/" + domain, PRIVATE, forward.get());
                packed++;
            } else if (usual != null) {
                sink.addText("vad/" + domain, PRIVATE, usual);
                packed++;
            }
            // readers take the names of these files for the list of domains, so each has one
            Optional<byte[]> filter = read(files, HostLayout.vfilters(name));
            sink.addBytes("vf/" + domain, PRIVATE, filter.orElse(new byte[0]));
            packed++;
        }
        return PackReport.of(Map.of("mailfiles", packed));
    }

    private static Optional<byte[]> read(HostFiles files, String path) throws IOException {
        return files.readBytes(path, HostFiles.DEFAULT_LIMIT);
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        HostFiles files = new HostFiles(context.services().root());
        if (!context.services().accounts().source().equals("cpanel")
                && files.stat("/etc/valiases").isEmpty()) {
            return RestoreReport.absent("this server keeps no forwarders in /etc/valiases");
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        DomainSet domains =
                AcceptedDomains.of(context, archived, account.home(), new RestoreNotes());
        return new MailRestore(
                        context,
                        source,
                        files,
                        rights(context, account),
                        domains,
                        archived.moveTo(account.home()))
                .run();
    }

    /// The mail server reads these files as group `mail`, where there is one.
    private static FileRights rights(RestoreContext context, Account account) throws IOException {
        int mail = new UserDatabase(context.services().root()).groupId("mail").orElse(0);
        return new FileRights(0640, account.uid(), mail);
    }

    /// One restore.
    private static final class MailRestore {
        private final RestoreContext context;
        private final ArchiveSource source;
        private final HostFiles files;
        private final FileRights rights;
        private final DomainSet domains;
        private final HomeMove move;
        private final RestoreNotes notes = new RestoreNotes();
        private long restored;

        MailRestore(
                RestoreContext context,
                ArchiveSource source,
                HostFiles files,
                FileRights rights,
                DomainSet domains,
                HomeMove move) {
            this.move = move;
            this.context = context;
            this.source = source;
            this.files = files;
            this.rights = rights;
            this.domains = domains;
        }

        RestoreReport run() throws IOException {
            restoreAliases("va", HostLayout::valiases);
            restoreAliases("vad", HostLayout::vdomainaliases);
            for (String name : names("vf")) {
                String member = "vf/" + name;
                String text = move.apply(source.text(member).orElse(""));
                if (judge(member).takesFilter(text)) {
                    write(HostLayout.vfilters(new DomainName(name)), text);
                }
            }
            return notes.report(Map.of("mailfiles", restored));
        }

        private void restoreAliases(String folder, Function<DomainName, String> place)
                throws IOException {
            for (String name : names(folder)) {
                String member = folder + "/" + name;
                String text =
                        MailText.withMailboxOf(
                                context.facts().account(),
                                context.account(),
                                move.apply(source.text(member).orElse("")));
                write(
                        place.apply(new DomainName(name)),
                        judge(member).aliases(text, domains.all()));
            }
        }

        private Iterable<String> names(String folder) {
            return source.names(folder).stream().filter(name -> isOwn(folder, name)).toList();
        }

        private boolean isOwn(String folder, String name) {
            boolean own = domains.all().contains(name);
            if (!own) {
                notes.skipped(folder + "/" + name + ": no domain that this account has");
            }
            return own;
        }

        private MailText judge(String member) {
            return new MailText(member, context.restricted(), notes);
        }

        private void write(String path, String text) throws IOException {
            // the owner may change the file, and the mail server runs what it says as the owner
            FileRights kept =
                    files.stat(path)
                            .filter(stat -> stat.uid() == rights.uid())
                            .map(FileRights::of)
                            .orElse(rights);
            files.write(path, LosslessText.encode(text), kept);
            restored++;
        }
    }
}
