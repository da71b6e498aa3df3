package dev.packhorse.engine.plan;

import dev.packhorse.engine.model.DestinationId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The destinations to which archives are sent.
///
/// @param all whether to every one
/// @param named their ids or names, where not to all
public record PlanDestinations(boolean all, Set<String> named) {
    /// All of them.
    public static final PlanDestinations ALL = new PlanDestinations(true, Set.of());

    public PlanDestinations {
        named = java.util.Collections.unmodifiableSet(new TreeSet<>(named));
    }

    /// Reads `all`, `none`, or ids and names with commas between.
    ///
    /// @throws IllegalArgumentException if it is none of these; the message goes on from “is …,
    ///   which”
    public static PlanDestinations parse(String text) {
        return switch (text.strip()) {
            case "all" -> ALL;
            case "none" -> new PlanDestinations(false, Set.of());
            case "" -> throw new IllegalArgumentException("is naming no destination");
            default -> named(text);
        };
    }

    private static PlanDestinations named(String text) {
        Set<String> named = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            if (name.isEmpty()) {
                throw new IllegalArgumentException("is naming nothing between two commas");
            }
            if (name.equals(DestinationId.LOCAL.value())) {
                throw new IllegalArgumentException(
                        "is naming the backup directory, where every archive is packed");
            }
            named.add(name);
        }
        return new PlanDestinations(false, named);
    }

    /// Whether archives are sent to a destination.
    public boolean takes(DestinationId id, String name) {
        return all || named.stream().anyMatch(each -> means(each, id, name));
    }

    /// Those that are named and are not there.
    ///
    /// @param there ids and names of what is there
    public List<String> unknown(Map<DestinationId, String> there) {
        return named.stream()
                .filter(each ->
                        there.entrySet().stream()
                                .noneMatch(it -> means(each, it.getKey(), it.getValue())))
                .toList();
    }

    private static boolean means(String text, DestinationId id, String name) {
        return text.equals(id.value())
                || text.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT));
    }
}
