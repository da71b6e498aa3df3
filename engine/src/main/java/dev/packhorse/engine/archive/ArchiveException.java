package dev.packhorse.engine.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An archive that is damaged, not an archive, or refused. The message names the member, is lower
/// case and without an end mark.
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public ArchiveException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public ArchiveException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }

    /// Why it cannot be used.
    public enum Kind {
        /// Not a container that the reader knows.
        NOT_AN_ARCHIVE,
        /// Cut short.
        TRUNCATED,
        /// Checksums or structures do not hold.
        DAMAGED,
        /// A member that no honest writer makes.
        HOSTILE,
        /// Larger, deeper or longer than the limits allow.
        LIMIT,
        /// The archive is fine and does not hold what was asked for.
        ABSENT
    }
}
