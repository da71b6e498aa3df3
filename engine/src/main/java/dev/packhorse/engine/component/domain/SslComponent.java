package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Keys and certificates of the web sites, one bundle a virtual host.
public final class SslComponent extends BasicComponent {
    private static final String FOLDER = "apache_tls";
    private static final int PRIVATE = 0600;
    private static final int LIVE = 0640;

    public SslComponent() {
        super(
                Components.SSL,
                "Keys and certificates of the web sites.",
                true,
                Set.of(Components.DOMAINS, Components.USERDATA),
                claimed());
    }

    private static Set<String> claimed() {
        Set<String> members = new TreeSet<>(LegacyCertificates.FOLDERS);
        members.add(FOLDER + "/");
        return members;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        ItemList warnings = new ItemList();
        long certificates = 0;
        for (DomainName host : VirtualHosts.names(context.account().domains())) {
            String path = HostLayout.tls(host);
            Optional<byte[]> live = files.readBytes(path, PemBundle.MAX_BYTES);
            if (live.isPresent()) {
                packOne(sink, host.toString(), path, live.get(), warnings);
                certificates++;
            }
        }
        return new PackReport(Map.of("certificates", certificates), warnings.toList());
    }

    /// A bundle that cannot be understood is packed as it is.
    private static void packOne(
            ArchiveSink sink, String host, String path, byte[] live, ItemList warnings)
            throws IOException {
        String member = FOLDER + "/" + host;
        try {
            PemBundle bundle = PemBundle.parse(new String(live, StandardCharsets.ISO_8859_1));
            sink.addBytes(member, PRIVATE, bundle.render().getBytes(StandardCharsets.ISO_8859_1));
            LegacyCertificates.pack(sink, host, bundle);
        } catch (GeneralSecurityException e) {
            warnings.add(path + ": packed as it is, but not usable: " + e.getMessage());
            sink.addBytes(member, PRIVATE, live);
        }
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Map<String, String> old = LegacyCertificates.read(source);
        if (source.names(FOLDER).isEmpty() && old.isEmpty()) {
            return RestoreReport.nothing();
        }
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server keeps no certificates in cPanel's layout");
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        RestoreNotes notes = new RestoreNotes();
        DomainSet domains =
                AcceptedDomains.of(context, archived, account.home(), new RestoreNotes());
        HostFiles files = new HostFiles(context.services().root());
        long certificates = 0;
        old.keySet().removeAll(source.names(FOLDER));
        Set<String> names = new TreeSet<>(source.names(FOLDER));
        names.addAll(old.keySet());
        for (String name : names) {
            boolean own = name.equals(domains.main()) || domains.subs().contains(name);
            if (!own) {
                notes.skipped("certificate " + name + ": no web site that this account has");
                continue;
            }
            String legacy = old.get(name);
            Optional<String> bundle =
                    legacy == null ? checked(source, name, notes) : checked(name, legacy, notes);
            if (bundle.isPresent()) {
                files.replaceContent(
                        HostLayout.tls(new DomainName(name)),
                        bundle.get().getBytes(StandardCharsets.ISO_8859_1),
                        FileRights.ofRoot(LIVE));
                certificates++;
            }
        }
        new TlsTwins(files, account).make(domains);
        return notes.report(Map.of("certificates", certificates));
    }

    private static Optional<String> checked(ArchiveSource source, String name, RestoreNotes notes)
            throws IOException {
        Optional<Path> file = source.file(FOLDER + "/" + name);
        if (file.isEmpty()) {
            notes.skipped("certificate " + name + ": not a file");
            return Optional.empty();
        }
        if (Files.size(file.get()) > PemBundle.MAX_BYTES) {
            notes.skipped(
                    "certificate " + name + ": larger than " + PemBundle.MAX_BYTES + " bytes");
            return Optional.empty();
        }
        return checked(name, Files.readString(file.get(), StandardCharsets.ISO_8859_1), notes);
    }

    private static Optional<String> checked(String name, String text, RestoreNotes notes) {
        try {
            PemBundle bundle = PemBundle.parse(text);
            tellValidity(name, bundle.leaf(), notes);
            return Optional.of(bundle.render());
        } catch (GeneralSecurityException e) {
            notes.skipped("certificate " + name + ": refused, " + e.getMessage());
            return Optional.empty();
        }
    }

    private static void tellValidity(String name, X509Certificate leaf, RestoreNotes notes) {
        try {
            leaf.checkValidity();
        } catch (CertificateException _) {
            notes.dangerous(
                    "certificate "
                            + name
                            + ": restored, but not valid now (until "
                            + leaf.getNotAfter().toInstant()
                            + ")");
        }
    }
}
