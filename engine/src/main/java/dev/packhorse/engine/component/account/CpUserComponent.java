package dev.packhorse.engine.component.account;

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
import dev.packhorse.engine.component.domain.AcceptedDomains;
import dev.packhorse.engine.component.domain.ServerAddress;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.PackageName;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The account file: owner, plan, limits, contact addresses and the like.
public final class CpUserComponent extends BasicComponent {
    /// What readers need and an account of another source may lack.
    private static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("OWNER", "root"),
                    Map.entry("PLAN", "default"),
                    Map.entry("FEATURELIST", "default"),
                    Map.entry("RS", "jupiter"),
                    Map.entry("LOCALE", "en"),
                    Map.entry("CONTACTEMAIL", ""),
                    Map.entry("BWLIMIT", "unlimited"),
                    Map.entry("DISK_BLOCK_LIMIT", "0"),
                    Map.entry("HASCGI", "1"),
                    Map.entry("MAXADDON", "unlimited"),
                    Map.entry("MAXFTP", "unlimited"),
                    Map.entry("MAXLST", "unlimited"),
                    Map.entry("MAXPARK", "unlimited"),
                    Map.entry("MAXPOP", "unlimited"),
                    Map.entry("MAXSQL", "unlimited"),
                    Map.entry("MAXSUB", "unlimited"));

    public CpUserComponent() {
        super(
                Components.CP_USER,
                "The account's settings.",
                true,
                Set.of(Components.ACCOUNT),
                Set.of("cp/USER"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        SortedMap<String, String> settings = new TreeMap<>(DEFAULTS);
        settings.put("IP", "127.0.0.1");
        settings.put("STARTDATE", Long.toString(sink.metadataTime()));
        settings.putAll(account.settings());
        settings.put("USER", account.name().value());
        setDomains(settings, account.domains());
        account.domains().zones().forEach(zone -> settings.putIfAbsent("MXCHECK-" + zone, "0"));
        if (account.suspended()) {
            settings.put("SUSPENDED", "1");
        }
        sink.addText("cp/" + account.name(), 0600, AccountFile.render(settings));
        return PackReport.EMPTY;
    }

    /// The main domain and the others that have zones; keys that say the same already stay.
    private static void setDomains(SortedMap<String, String> settings, DomainSet domains) {
        List<String> others = new ArrayList<>(domains.zones());
        others.remove(domains.main());
        List<String> listed = new ArrayList<>();
        settings.forEach((key, value) -> {
            if (key.matches("DNS[0-9]+")) {
                listed.add(value);
            }
        });
        settings.put("DNS", domains.main());
        if (listed.containsAll(others) && domains.all().containsAll(listed)) {
            return;
        }
        settings.keySet().removeIf(key -> key.matches("DNS[0-9]+"));
        for (int i = 0; i < others.size(); i++) {
            settings.put("DNS" + (i + 1), others.get(i));
        }
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server keeps no account files");
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        RestoreNotes notes = new RestoreNotes();
        SortedMap<String, String> settings = new TreeMap<>();
        archived.settings()
                .forEach((key, value) -> {
                    if (isTaken(key, value, context.restricted(), notes)) {
                        settings.put(key, value);
                    }
                });
        if (account.suspended()) {
            keepMarks(account, settings);
        }
        settings.put("USER", account.name().value());
        settings.computeIfPresent("DBOWNER", (_, _) -> account.name().value());
        // what is refused here is told by the module Domains
        setDomains(
                settings,
                AcceptedDomains.claim(context, archived, account.home(), new RestoreNotes()));
        settings.put("OWNER", owner(context, archived, notes));
        plan(settings, own(context, archived, source), notes);
        HostFiles files = new HostFiles(context.services().root());
        address(context, files, account, settings, notes);
        AccountSettings.write(files, account, settings);
        new AwaitedSettings(context.services())
                .note(
                        account.name(),
                        AwaitedSettings.OWNER,
                        awaitedOwner(context, archived)
                                .filter(owner -> !owner.equals(settings.get("OWNER"))));
        return notes.report(Map.of());
    }

    /// To whom the account belongs if this server gets that account, too.
    private static Optional<String> awaitedOwner(RestoreContext context, ArchivedAccount archived) {
        String owner = archived.settings().getOrDefault("OWNER", "root");
        boolean another =
                AccountName.isValid(owner)
                        && !owner.equals("root")
                        && !owner.equals(archived.name().value());
        return another && !context.restricted() ? Optional.of(owner) : Optional.empty();
    }

    /// A suspension on this server outlives what is restored over it.
    private static void keepMarks(Account account, SortedMap<String, String> settings) {
        for (String key : new String[] {"SUSPENDED", "SUSPENDTIME"}) {
            String here = account.setting(key, "");
            if (!here.isEmpty()) {
                settings.put(key, here);
            }
        }
    }

    private static boolean isTaken(
            String key, String value, boolean restricted, RestoreNotes notes) {
        if (key.equals("SUSPENDED") || key.equals("SUSPENDTIME")) {
            // the module Suspend decides
            return false;
        }
        if (!restricted || key.matches("DNS[0-9]*|USER|OWNER|IP|DBOWNER|DOMAIN")) {
            return true;
        }
        if (!SettingRules.knows(key)) {
            notes.skipped(
                    "setting " + key + ": not known, not taken from an archive of unknown origin");
            return false;
        }
        if (!SettingRules.takes(key, value)) {
            notes.skipped("setting " + key + ": its value is not one that it may have");
            return false;
        }
        return true;
    }

    /// The old owner, if this server has such an account and is not removing it; in an archive of
    /// unknown origin nobody chooses to whom the account belongs.
    private static String owner(
            RestoreContext context, ArchivedAccount archived, RestoreNotes notes)
            throws IOException {
        String owner = archived.settings().getOrDefault("OWNER", "root");
        if (owner.isEmpty() || owner.equals("root")) {
            return "root";
        }
        String self = archived.name().value();
        if (owner.equals(self)) {
            return context.restricted() ? "root" : context.account().value();
        }
        Optional<?> there =
                AccountName.isValid(owner) && !context.restricted()
                        ? context.services().accounts().find(new AccountName(owner))
                        : Optional.empty();
        if (there.isPresent()
                && !RemovalMark.of(context.services(), new AccountName(owner)).stands()) {
            return owner;
        }
        notes.altered(
                "owner: root instead of "
                        + (AccountName.isValid(owner) ? owner : "an unusable name")
                        + (awaitedOwner(context, archived).isPresent()
                                ? ", until that account is restored"
                                : ""));
        return "root";
    }

    /// The names of a reseller's own packages and feature lists, which follow the account's.
    private static UnaryOperator<String> own(
            RestoreContext context, ArchivedAccount archived, ArchiveSource source) {
        Set<String> own = new HashSet<>(source.names("resellerpackages"));
        own.addAll(source.names("resellerfeatures"));
        String old = archived.name() + "_";
        return name ->
                own.contains(name) && name.startsWith(old)
                        ? context.account() + "_" + name.substring(old.length())
                        : name;
    }

    private static void plan(
            SortedMap<String, String> settings, UnaryOperator<String> own, RestoreNotes notes) {
        for (String key : new String[] {"PLAN", "FEATURELIST"}) {
            String value = settings.computeIfPresent(key, (_, name) -> own.apply(name));
            if (value != null && !PackageName.isValid(value)) {
                settings.put(key, "default");
                notes.altered("setting " + key + ": default instead of an unusable name");
            }
        }
    }

    /// An account on another server gets that server's address.
    private static void address(
            RestoreContext context,
            HostFiles files,
            Account account,
            SortedMap<String, String> settings,
            RestoreNotes notes)
            throws IOException {
        String before = settings.getOrDefault("IP", "");
        String there = account.setting("IP", "");
        Optional<String> shared = ServerAddress.shared(files);
        String now;
        if (!there.isEmpty()) {
            now = there;
        } else if (context.restricted() && shared.isPresent()) {
            now = shared.get();
        } else {
            now = ServerAddress.isIpv4(before) ? before : shared.orElse("127.0.0.1");
        }
        settings.put("IP", now);
        if (!now.equals(before)) {
            notes.altered("address: " + now + " instead of the old server's");
        }
    }
}
