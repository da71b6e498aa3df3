package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Decides which domains of an archive an account gets on this server, and where their folders are.
/// Every module that needs it asks anew and gets the same answer; only the module Domains tells
/// what was refused.
public final class AcceptedDomains {
    private final DomainOwners owners;
    private final ReservedDomains reserved;

    /// What the account has on this server, which it keeps.
    private final Set<String> own;

    private final boolean restricted;
    private final RestoreNotes notes;

    private AcceptedDomains(
            DomainOwners owners,
            ReservedDomains reserved,
            Set<String> own,
            boolean restricted,
            RestoreNotes notes) {
        this.owners = owners;
        this.reserved = reserved;
        this.own = own;
        this.restricted = restricted;
        this.notes = notes;
    }

    /// The domains that the account gets.
    ///
    /// @param home the account's home on this server
    /// @param notes is told what was refused or changed
    /// @throws ComponentException if it cannot get the main domain
    public static DomainSet of(
            RestoreContext context, ArchivedAccount archived, String home, RestoreNotes notes)
            throws ComponentException, IOException {
        DomainOwners owners = DomainOwners.except(context.services(), context.account());
        ReservedDomains reserved =
                ReservedDomains.of(
                        new HostFiles(context.services().root()), context.services().hostname());
        Optional<Account> present = context.services().accounts().find(context.account());
        Set<String> own =
                present.map(account -> Set.copyOf(account.domains().all())).orElse(Set.of());
        DomainSet accepted =
                new AcceptedDomains(owners, reserved, own, context.restricted(), notes)
                        .accept(archived, home);
        if (context.options().subdomains()) {
            return accepted;
        }
        return withSubdomainsOf(present.map(Account::domains), accepted);
    }

    /// As [#of], and has the server know that the account has them, so that no other restore takes
    /// one from here on.
    ///
    /// @throws ComponentException if it cannot get the main domain
    public static DomainSet claim(
            RestoreContext context, ArchivedAccount archived, String home, RestoreNotes notes)
            throws ComponentException, IOException {
        DomainSet free = of(context, archived, home, new RestoreNotes());
        new DomainLists(new HostFiles(context.services().root()))
                .claim(context.account(), free.all());
        return of(context, archived, home, notes);
    }

    /// Sub-domains and addon domains as they are on this server, all else as accepted.
    private static DomainSet withSubdomainsOf(Optional<DomainSet> present, DomainSet accepted) {
        List<String> subs = present.map(DomainSet::subs).orElse(List.of());
        SortedMap<String, String> addons = present.map(DomainSet::addons).orElse(new TreeMap<>());
        SortedMap<String, String> folders = new TreeMap<>();
        present.ifPresent(domains -> folders.putAll(domains.documentRoots()));
        folders.keySet().retainAll(subs);
        String mainFolder = accepted.documentRoots().get(accepted.main());
        if (mainFolder != null) {
            folders.put(accepted.main(), mainFolder);
        }
        return new DomainSet(accepted.main(), addons, subs, accepted.parked(), folders);
    }

    private DomainSet accept(ArchivedAccount archived, String home) throws ComponentException {
        DomainSet found = archived.domains().domains();
        Optional<String> objection = objection(found.main());
        if (objection.isPresent()) {
            throw new ComponentException("the main domain " + found.main() + " " + objection.get());
        }
        List<String> subs = found.subs().stream().filter(this::accepts).toList();
        List<String> parked = found.parked().stream().filter(this::accepts).toList();
        SortedMap<String, String> addons = new TreeMap<>();
        for (Map.Entry<String, String> each : found.addons().entrySet()) {
            if (subs.contains(each.getValue()) && accepts(each.getKey())) {
                addons.put(each.getKey(), each.getValue());
            }
        }
        SortedMap<String, String> folders = new TreeMap<>();
        found.documentRoots()
                .forEach((host, folder) -> {
                    if (host.equals(found.main()) || subs.contains(host)) {
                        folders.put(host, folder(host, archived.moved(folder, home), home));
                    }
                });
        return new DomainSet(found.main(), addons, subs, parked, folders);
    }

    private boolean accepts(String domain) {
        Optional<String> objection = objection(domain);
        objection.ifPresent(why -> notes.skipped("domain " + domain + ": refused, it " + why));
        return objection.isEmpty();
    }

    private Optional<String> objection(String domain) {
        if (!DomainName.isValid(domain)) {
            return Optional.of("is no domain");
        }
        Optional<String> objection = owners.objection(domain, !restricted);
        return objection.isEmpty() && restricted && !own.contains(domain)
                ? reserved.objection(domain)
                : objection;
    }

    /// A web server that served a folder outside of the home would show another account's files.
    private String folder(String host, String folder, String home) {
        if (folder.startsWith(home + "/") || (folder.startsWith("/") && !restricted)) {
            return folder;
        }
        notes.altered(
                "virtual host " + host + ": its folder lay outside of the home, public_html now");
        return home + "/public_html";
    }
}
