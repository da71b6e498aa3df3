package dev.packhorse.engine.host;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The line-based domain views `addons`, `sds`, `sds2` and `pds` as an archive has them. A view
/// that is absent is null, which is not the same as one that is empty.
///
/// @param addons addon domain to its sub-domain
/// @param subs sub-domains of `sds` and `sds2`
/// @param folders sub-domain to its absolute folder
record FlatViews(
        @Nullable SortedMap<String, String> addons,
        @Nullable Set<String> subs,
        SortedMap<String, String> folders,
        @Nullable Set<String> parked) {

    boolean isAbsent() {
        return addons == null && subs == null && parked == null;
    }

    /// @param parents the names below which sub-domains are expected; they settle which `_` is a
    ///   dot
    static FlatViews read(DomainViewReader.Views views, String home, Collection<String> parents)
            throws IOException {
        Optional<List<String>> addonLines = lines(views, "addons");
        Optional<List<String>> sds = lines(views, "sds");
        Optional<List<String>> sds2 = lines(views, "sds2");
        Set<String> above = new TreeSet<>(parents);
        SortedMap<String, String> addons = new TreeMap<>();
        addonLines.orElse(List.of()).forEach(line -> addons.put(left(line), right(line)));
        above.addAll(addons.keySet());
        addons.replaceAll((_, sub) -> dotted(sub, above));
        Set<String> subs = new TreeSet<>();
        SortedMap<String, String> folders = new TreeMap<>();
        sds.orElse(List.of()).forEach(line -> subs.add(dotted(left(line), above)));
        for (String line : sds2.orElse(List.of())) {
            String sub = dotted(left(line), above);
            subs.add(sub);
            folders.put(sub, DocumentRoot.below(home, right(line)));
        }
        return new FlatViews(
                addonLines.isPresent() ? addons : null,
                sds.isPresent() || sds2.isPresent() ? subs : null,
                folders,
                lines(views, "pds")
                        .map(lines -> lines.stream().map(FlatViews::word).collect(sorted()))
                        .orElse(null));
    }

    private static Optional<List<String>> lines(DomainViewReader.Views views, String path)
            throws IOException {
        return views.text(path)
                .map(text ->
                        text.lines()
                                .map(String::strip)
                                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                                .toList());
    }

    private static java.util.stream.Collector<String, ?, Set<String>> sorted() {
        return Collectors.toCollection(TreeSet::new);
    }

    private static String left(String line) {
        int equals = line.indexOf('=');
        return equals < 0 ? line : line.substring(0, equals);
    }

    private static String right(String line) {
        return line.substring(line.indexOf('=') + 1);
    }

    private static String word(String line) {
        return line.split("\\s", 2)[0];
    }

    /// The name whose first dot was written as `_`: labels may hold `_` too, so the place is the
    /// one that makes it a name below a known domain, else the first.
    static String dotted(String text, Collection<String> parents) {
        for (int i = text.indexOf('_', 1); i >= 0; i = text.indexOf('_', i + 1)) {
            if (parents.contains(text.substring(i + 1))) {
                return text.substring(0, i) + "." + text.substring(i + 1);
            }
        }
        return text.replaceFirst("(?<=.)_", ".");
    }

    /// The names of this view that are no domains.
    List<String> badNames() {
        Set<String> names = new TreeSet<>();
        if (addons != null) {
            for (Map.Entry<String, String> each : addons.entrySet()) {
                names.add(each.getKey());
                names.add(each.getValue());
            }
        }
        names.addAll(subs == null ? Set.of() : subs);
        names.addAll(parked == null ? Set.of() : parked);
        return names.stream().filter(name -> !DomainName.isValid(name)).toList();
    }
}
