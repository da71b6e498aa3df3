package dev.packhorse.engine.hook;

import java.util.List;
import java.util.Optional;

/// An event that hooks can be hung into.
///
/// Source: whmapi1-protocol 12.1.
///
/// @param stages its stages, in their order
/// @param blocks whether a hook's failure can end the event
public record HookPoint(String category, String event, List<String> stages, boolean blocks) {
    /// Every event there is here.
    public static final List<HookPoint> ALL =
            List.of(
                    new HookPoint("System", "Backup", List.of("pre", "post"), false),
                    new HookPoint(
                            "PkgAcct",
                            "Create",
                            List.of("pre", "preFinalize", "postFinalize"),
                            true));

    public HookPoint {
        stages = List.copyOf(stages);
    }

    /// The event of a category, empty if there is none.
    public static Optional<HookPoint> find(String category, String event) {
        return ALL.stream()
                .filter(each -> each.category().equals(category) && each.event().equals(event))
                .findFirst();
    }
}
