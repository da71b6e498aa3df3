package dev.packhorse.engine.host;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The domains of an account, the one model from which every view in an archive is written.
///
/// @param main the main domain
/// @param addons addon domain to the sub-domain that carries it
/// @param subs every sub-domain, those that carry addon domains included, sorted
/// @param parked parked domains (aliases of the main domain), sorted
/// @param documentRoots virtual host (main or sub-domain) to its absolute folder
public record DomainSet(
        String main,
        SortedMap<String, String> addons,
        List<String> subs,
        List<String> parked,
        SortedMap<String, String> documentRoots) {
    public DomainSet {
        addons = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(addons));
        subs = subs.stream().sorted().distinct().toList();
        parked = parked.stream().sorted().distinct().toList();
        documentRoots = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(documentRoots));
    }

    /// One domain with its folder.
    public static DomainSet of(String main, String documentRoot) {
        return new DomainSet(
                main,
                new TreeMap<>(),
                List.of(),
                List.of(),
                new TreeMap<>(Map.of(main, documentRoot)));
    }

    /// Every name: main, parked, addon, sub.
    public Set<String> all() {
        Set<String> names = new LinkedHashSet<>();
        names.add(main);
        names.addAll(parked);
        names.addAll(addons.keySet());
        names.addAll(subs);
        return names;
    }

    /// The names that have a zone of their own: main, parked and addon domains.
    public Set<String> zones() {
        Set<String> names = new LinkedHashSet<>();
        names.add(main);
        names.addAll(parked);
        names.addAll(addons.keySet());
        return names;
    }
}
