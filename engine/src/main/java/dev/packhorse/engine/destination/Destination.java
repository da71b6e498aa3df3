package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import java.util.Optional;
import java.util.regex.Pattern;

/// A configured place for archives.
///
/// @param id its id, never `local`
/// @param type what it is
/// @param name its name, unique without regard to case
/// @param disabled whether nothing is sent there
/// @param disableReason why the system switched it off, else empty
/// @param uploadSystemBackup whether it gets the system's files too
/// @param onlyUsedForLogs whether it gets no archives of accounts
/// @param timeoutSeconds how long one session may wait, 30 to 300
/// @param settings what its type needs
/// @param slots how many uploads of all servers go there at a time, empty for any number
public record Destination(
        DestinationId id,
        DestinationType type,
        String name,
        boolean disabled,
        String disableReason,
        boolean uploadSystemBackup,
        boolean onlyUsedForLogs,
        int timeoutSeconds,
        DestinationSettings settings,
        Optional<SlotLimit> slots) {
    /// The timeout when none is given.
    public static final int DEFAULT_TIMEOUT_SECONDS = 30;

    private static final int SHORTEST = 30;
    private static final int LONGEST = 300;
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}/]{1,100}");

    public Destination {
        if (id.isLocal()) {
            throw new IllegalArgumentException("“local” is the backup directory, no destination");
        }
        if (!NAME.matcher(name).matches() || name.isBlank()) {
            throw new IllegalArgumentException(
                    "name must have 1 to 100 characters, without “/” and control characters");
        }
        if (timeoutSeconds < SHORTEST || timeoutSeconds > LONGEST) {
            throw new IllegalArgumentException("timeout must be 30 to 300 seconds");
        }
        boolean local = settings instanceof DestinationSettings.Local;
        if (local != (type == DestinationType.LOCAL)) {
            throw new IllegalArgumentException("settings are not those of type " + type.word());
        }
    }

    /// A destination that takes any number of uploads at a time.
    public Destination(
            DestinationId id,
            DestinationType type,
            String name,
            boolean disabled,
            String disableReason,
            boolean uploadSystemBackup,
            boolean onlyUsedForLogs,
            int timeoutSeconds,
            DestinationSettings settings) {
        this(
                id,
                type,
                name,
                disabled,
                disableReason,
                uploadSystemBackup,
                onlyUsedForLogs,
                timeoutSeconds,
                settings,
                Optional.empty());
    }

    /// Whether archives of accounts are sent there.
    public boolean takesArchives() {
        return !disabled && !onlyUsedForLogs;
    }

    /// Whether the system's own files are sent there.
    public boolean takesSystemBackups() {
        return !disabled && uploadSystemBackup;
    }

    /// This destination, switched off by the system.
    public Destination disabledBecause(String reason) {
        return new Destination(
                id,
                type,
                name,
                true,
                reason,
                uploadSystemBackup,
                onlyUsedForLogs,
                timeoutSeconds,
                settings,
                slots);
    }
}
