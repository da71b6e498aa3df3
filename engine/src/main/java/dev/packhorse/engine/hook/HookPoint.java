package dev.packhorse.engine.hook;

import java.util.List;
import java.util.Optional;

/// An event that hooks can be hung into.
///
/// Source: whmapi1-protocol 12.1. `Packhorse::Restore` is our own.
///
/// @param stages its stages, in their order
/// @param blocking the stages in which a hook's failure can end the event
/// @param asAccount whether hooks run as the account that the event is about, if nobody asked for
///   more
public record HookPoint(
        String category,
        String event,
        List<String> stages,
        List<String> blocking,
        boolean asAccount) {
    /// A run of backups.
    public static final HookPoint BACKUP =
            new HookPoint("System", "Backup", List.of("pre", "post"), List.of(), false);

    /// The packing of one account. As root where root packs for another server.
    public static final HookPoint PACK =
            new HookPoint(
                    "PkgAcct",
                    "Create",
                    List.of("pre", "preFinalize", "postFinalize"),
                    List.of("pre", "preFinalize", "postFinalize"),
                    true);

    /// The restore of one account.
    public static final HookPoint RESTORE =
            new HookPoint("Packhorse", "Restore", List.of("pre", "post"), List.of("pre"), false);

    /// Every event there is here.
    public static final List<HookPoint> ALL = List.of(BACKUP, PACK, RESTORE);

    public HookPoint {
        stages = List.copyOf(stages);
        blocking = List.copyOf(blocking);
    }

    /// As it is written everywhere, as `System::Backup`.
    public String name() {
        return category + "::" + event;
    }

    /// Whether a hook's failure in this stage can end the event.
    public boolean blocks(String stage) {
        return blocking.contains(stage);
    }

    /// The event of a category, empty if there is none.
    public static Optional<HookPoint> find(String category, String event) {
        return ALL.stream()
                .filter(each -> each.category().equals(category) && each.event().equals(event))
                .findFirst();
    }
}
