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
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The DNS zones. A zone is restored only for a domain of the account, after its text was judged
/// and checked; the address of the old server gives way to that of this one.
public final class ZoneFileComponent extends BasicComponent {
    private static final String FOLDER = "dnszones";
    private static final String ENDING = ".db";

    /// The names below a domain that the panel makes itself.
    private static final List<String> PANEL_NAMES =
            List.of(
                    "www",
                    "mail",
                    "ftp",
                    "cpanel",
                    "webmail",
                    "whm",
                    "webdisk",
                    "cpcontacts",
                    "cpcalendars",
                    "autodiscover",
                    "autoconfig");

    public ZoneFileComponent() {
        super(
                Components.ZONE_FILE,
                "DNS zones.",
                true,
                Set.of(Components.DOMAINS, Components.CP_USER, Components.IP_ADDRESS),
                Set.of(FOLDER + "/"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        long zones = 0;
        for (String domain : context.account().domains().zones()) {
            String path = HostLayout.zone(new DomainName(domain));
            Optional<byte[]> zone = files.readBytes(path, ZoneText.MAX_BYTES);
            if (zone.isPresent()) {
                sink.addBytes(FOLDER + "/" + domain + ENDING, 0600, plain(domain, zone.get()));
                zones++;
            }
        }
        return PackReport.of(Map.of("zones", zones));
    }

    /// In the form that readers understand, or as it is where that cannot be made.
    private static byte[] plain(String domain, byte[] zone) {
        String text = new String(zone, StandardCharsets.ISO_8859_1);
        return ZoneStyle.of(domain, text)
                .map(styled -> styled.getBytes(StandardCharsets.ISO_8859_1))
                .orElse(zone);
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (source.names(FOLDER).isEmpty()) {
            return RestoreReport.nothing();
        }
        HostFiles files = new HostFiles(context.services().root());
        if (!context.services().accounts().source().equals("cpanel")
                && files.stat(HostLayout.ZONES_FOLDER).isEmpty()) {
            return RestoreReport.absent("this server keeps no zones in " + HostLayout.ZONES_FOLDER);
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        RestoreNotes notes = new RestoreNotes();
        DomainSet domains =
                AcceptedDomains.of(context, archived, account.home(), new RestoreNotes());
        long zones = 0;
        for (String name : source.names(FOLDER)) {
            Optional<DomainName> domain = domain(name, domains, notes);
            if (domain.isPresent()
                    && restoreZone(context, source, archived, account, domain.get(), notes)) {
                zones++;
            }
        }
        return notes.report(Map.of("zones", zones));
    }

    private static Optional<DomainName> domain(String name, DomainSet domains, RestoreNotes notes) {
        if (!name.endsWith(ENDING)) {
            notes.skipped("zone " + name + ": not the name of a zone's file (DOMAIN.db)");
            return Optional.empty();
        }
        String domain = name.substring(0, name.length() - ENDING.length());
        if (domains.all().contains(domain)) {
            return Optional.of(new DomainName(domain));
        }
        notes.skipped("zone " + name + ": no domain that this account has");
        return Optional.empty();
    }

    private static boolean restoreZone(
            RestoreContext context,
            ArchiveSource source,
            ArchivedAccount archived,
            Account account,
            DomainName domain,
            RestoreNotes notes)
            throws IOException {
        String text = source.text(FOLDER + "/" + domain + ENDING).orElse("");
        Optional<String> objection = ZoneText.objection(domain.value(), text);
        if (objection.isPresent()) {
            notes.skipped("zone " + domain + ": refused, " + objection.get());
            return false;
        }
        String moved =
                withOwnAddress(
                        text, archived, account, domain, context.options().allAddresses(), notes);
        HostFiles files = new HostFiles(context.services().root());
        String zone = withLaterSerial(files, domain, moved, notes);
        Optional<String> fault =
                ZoneChecker.objection(
                        domain.value(), zone, context.staging(), context.cancellation());
        if (fault.isPresent()) {
            notes.skipped("zone " + domain + ": refused, " + fault.get());
            return false;
        }
        files.replaceContent(HostLayout.zone(domain), LosslessText.encode(zone), rights(context));
        return true;
    }

    /// Other name servers keep what they have unless the serial number goes up, and here it may
    /// have gone up since the archive was made. A zone that differs in nothing else stays as it is
    /// here, so that a restore that is done again does not go on counting.
    private static String withLaterSerial(
            HostFiles files, DomainName domain, String text, RestoreNotes notes)
            throws IOException {
        String path = HostLayout.zone(domain);
        if (files.stat(path).isEmpty()) {
            return text;
        }
        Optional<ZoneRecords> live = live(files, path, domain);
        Optional<ZoneSerial> here = live.flatMap(ZoneRecords::serial);
        Optional<ZoneRecords> archived = ZoneRecords.of(domain.value(), text);
        Optional<ZoneSerial> there = archived.flatMap(ZoneRecords::serial);
        if (here.isEmpty() || there.isEmpty()) {
            notes.altered(
                    "zone %s: its serial number is the archive's, since that of the zone %s cannot be told"
                            .formatted(domain, here.isEmpty() ? "here" : "there"));
            return text;
        }
        String same = archived.get().withSerial(here.get()).text();
        return same.equals(live.get().text())
                ? same
                : archived.get().withSerial(here.get().orLater(there.get()).next()).text();
    }

    private static Optional<ZoneRecords> live(HostFiles files, String path, DomainName domain) {
        try {
            return files.readBytes(path, ZoneText.MAX_BYTES)
                    .flatMap(bytes -> ZoneRecords.of(domain.value(), LosslessText.decode(bytes)));
        } catch (IOException _) {
            // Too large, or no file: it is replaced all the same.
            return Optional.empty();
        }
    }

    /// The name server's own where it has a user, as on servers of this layout.
    private static FileRights rights(RestoreContext context) throws IOException {
        UserDatabase users = new UserDatabase(context.services().root());
        for (String name : new String[] {"named", "bind"}) {
            Optional<UserEntry> server = users.find(name);
            if (server.isPresent()) {
                return new FileRights(0640, server.get().uid(), server.get().gid());
            }
        }
        return FileRights.ofRoot(0644);
    }

    private static String withOwnAddress(
            String text,
            ArchivedAccount archived,
            Account account,
            DomainName domain,
            boolean all,
            RestoreNotes notes) {
        String before = archived.settings().getOrDefault("IP", "");
        String now = account.setting("IP", "");
        if (!ServerAddress.isIpv4(before) || !ServerAddress.isIpv4(now) || before.equals(now)) {
            return text;
        }
        String moved =
                all
                        ? ZoneText.withAddress(text, before, now)
                        : ofPanel(text, account, domain, before, now, notes);
        if (!moved.equals(text)) {
            notes.altered("zone " + domain + ": " + before + " became " + now);
        }
        return moved;
    }

    /// Records that the customer made may mean another server that had the same address.
    private static String ofPanel(
            String text,
            Account account,
            DomainName domain,
            String before,
            String now,
            RestoreNotes notes) {
        Optional<ZoneRecords> records = ZoneRecords.of(domain.value(), text);
        if (records.isEmpty()) {
            notes.altered(
                    "zone %s: its records cannot be told apart, so none got the address %s"
                            .formatted(domain, now));
            return text;
        }
        Set<String> names = new TreeSet<>();
        for (String each : account.domains().all()) {
            names.add(each);
            PANEL_NAMES.forEach(name -> names.add(name + "." + each));
        }
        return records.get().withAddress(names, before, now).text();
    }
}
