package dev.packhorse.engine.tree;

import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;

/// A file of the tree to which a new one is linked does not hold what was written to it, or cannot
/// be read. Others that were linked already may be no better: the new tree is of no use.
public final class DamagedTreeException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedTreeException(String message) {
        super(message);
    }

    DamagedTreeException(String message, Throwable cause) {
        super(message, cause);
    }

    /// What a refusal in the previous tree means: damage, if its disk is why.
    static IOException of(String what, PosixException refusal) {
        return refusal.isOfDisk()
                ? new DamagedTreeException(
                        "%s cannot be read in it (%s)".formatted(what, refusal.getMessage()),
                        refusal)
                : refusal;
    }
}
