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
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostFormatException;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.host.VirtualHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The descriptions of virtual hosts. An archive of this server gives them back as they were, with
/// the account's user, home and folders; of any other archive only a few checked values are taken
/// into new descriptions.
public final class UserdataComponent extends BasicComponent {
    private static final int PRIVATE = 0600;
    private static final Pattern PHP = Pattern.compile("ea-php[0-9]{2,3}|inherit");
    private static final Pattern FLAG = Pattern.compile("[01]");

    public UserdataComponent() {
        super(
                Components.USERDATA,
                "Settings of the web sites.",
                true,
                Set.of(Components.DOMAINS, Components.HOMEDIR, Components.IP_ADDRESS),
                Set.of("userdata/"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        HostFiles files = new HostFiles(context.services().root());
        String folder = HostLayout.userdataFolder(account.name()) + "/";
        Set<String> tls = VirtualHosts.withCertificate(files, account.domains());
        Map<String, byte[]> members = new LinkedHashMap<>();
        DomainViews views = new DomainViews(account.domains(), SiteFacts.of(account, "", tls));
        for (Map.Entry<String, VirtualHost> each : views.virtualHosts().entrySet()) {
            String name = each.getKey();
            Optional<byte[]> live = files.readBytes(folder + name, HostFiles.DEFAULT_LIMIT);
            members.put(name, live.orElseGet(() -> bytes(each.getValue().render())));
        }
        long hosts = members.keySet().stream().filter(name -> !name.endsWith("_SSL")).count();
        for (DomainName host : VirtualHosts.names(account.domains())) {
            for (String ending : new String[] {"_SSL", ".php-fpm.yaml"}) {
                String name = host.fileName() + ending;
                Optional<byte[]> live = files.readBytes(folder + name, HostFiles.DEFAULT_LIMIT);
                live.ifPresent(content -> members.put(name, content));
            }
        }
        for (Map.Entry<String, byte[]> each : members.entrySet()) {
            sink.addBytes("userdata/" + each.getKey(), PRIVATE, each.getValue());
        }
        sink.addText(
                "userdata/cache.json",
                PRIVATE,
                new UserdataCache(files).text(account, account.domains()));
        return PackReport.of(Map.of("hosts", hosts));
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server keeps no settings of web sites");
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        RestoreNotes notes = new RestoreNotes();
        // what is refused here was told by the module Domains
        DomainSet domains =
                AcceptedDomains.of(context, archived, account.home(), new RestoreNotes());
        new HostFiles(context.services().root())
                .makeFolder(
                        HostLayout.userdataFolder(account.name()),
                        new FileRights(0750, 0, account.gid()));
        return new UserdataRestore(context, source, account, archived, domains, notes).run();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// One restore.
    private record UserdataRestore(
            RestoreContext context,
            ArchiveSource source,
            Account account,
            ArchivedAccount archived,
            DomainSet domains,
            RestoreNotes notes) {

        RestoreReport run() throws IOException {
            SiteFacts site = SiteFacts.of(account, "", Set.of());
            DomainViews views = new DomainViews(domains, site);
            long hosts = 0;
            for (Map.Entry<String, VirtualHost> each : views.virtualHosts().entrySet()) {
                VirtualHost host = host(each.getKey(), each.getValue());
                write(each.getKey(), host.render());
                restoreTwins(each.getKey(), each.getValue());
                hosts++;
            }
            new TlsTwins(files(), account).refresh(domains);
            new UserdataCache(files()).write(account, domains);
            return notes.report(Map.of("hosts", hosts));
        }

        private VirtualHost host(String name, VirtualHost fresh) throws IOException {
            Optional<VirtualHost> old = archivedHost("userdata/" + name);
            if (old.isEmpty()) {
                return fresh;
            }
            return context.restricted() ? checked(name, old.get(), fresh) : own(old.get(), fresh);
        }

        private Optional<VirtualHost> archivedHost(String member) throws IOException {
            Optional<String> text = source.text(member).map(archived.moveTo(account.home())::apply);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(VirtualHost.parse(member, text.get()));
            } catch (HostFormatException e) {
                notes.altered(e.getMessage() + "; new settings were made");
                return Optional.empty();
            }
        }

        /// Values of the archive that were checked, in an otherwise new description.
        private VirtualHost checked(String name, VirtualHost old, VirtualHost fresh) {
            VirtualHost host = take(name, "phpversion", PHP, old, fresh);
            return take(name, "hascgi", FLAG, old, host);
        }

        private VirtualHost take(
                String name, String key, Pattern grammar, VirtualHost old, VirtualHost host) {
            Optional<String> value = old.text(key);
            if (value.isEmpty()) {
                return host;
            }
            if (grammar.matcher(value.get()).matches()) {
                return host.with(key, value.get());
            }
            notes.altered("userdata/" + name + ": the value of " + key + " was not taken");
            return host;
        }

        /// The archive's description, with what depends on the account and the server.
        private VirtualHost own(VirtualHost old, VirtualHost fresh) {
            VirtualHost host = old;
            for (String key :
                    new String[] {
                        "user",
                        "group",
                        "homedir",
                        "documentroot",
                        "ip",
                        "owner",
                        "servername",
                        "serveralias"
                    }) {
                Optional<String> value = fresh.text(key);
                boolean keepsArchive =
                        key.equals("serveralias") && !old.aliases().isEmpty() && hasSameDomains();
                if (value.isPresent() && !keepsArchive) {
                    host = host.with(key, value.get());
                }
            }
            return host;
        }

        /// Aliases are the archive's as long as no domain was refused.
        private boolean hasSameDomains() {
            return domains.all().equals(archived.domains().domains().all());
        }

        private void restoreTwins(String name, VirtualHost fresh) throws IOException {
            for (String ending : new String[] {"_SSL", ".php-fpm.yaml"}) {
                String member = "userdata/" + name + ending;
                if (source.file(member).isEmpty()) {
                    continue;
                }
                if (context.restricted()) {
                    notes.skipped(member + ": not taken from an archive of unknown origin");
                    continue;
                }
                Optional<VirtualHost> twin = archivedHost(member);
                if (twin.isPresent() && ending.equals("_SSL")) {
                    write(name + ending, own(twin.get(), fresh).render());
                } else if (twin.isPresent()) {
                    write(
                            name + ending,
                            archived.moveTo(account.home()).apply(source.text(member).orElse("")));
                }
            }
        }

        private HostFiles files() {
            return new HostFiles(context.services().root());
        }

        private void write(String name, String content) throws IOException {
            files().replaceContent(
                            HostLayout.userdataFolder(account.name()) + "/" + name,
                            bytes(content),
                            new FileRights(0640, 0, account.gid()));
        }
    }
}
