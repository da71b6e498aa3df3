package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What members of a tree get of their set-user-id and set-group-id bits: none where the service's
/// confinement forbids them, which is found out by trying. A tree's record says what is there. One
/// thread, with the process's own rights.
final class SetIdBits {
    private static final int BITS = 06000;
    private static final int PRIVATE = 0600;
    private static final ByteName TRIED = ByteName.of(".packhorse-tried");

    private final Directory tree;
    private @Nullable Boolean allowed;
    private long lost;

    SetIdBits(Directory tree) {
        this.tree = tree;
    }

    /// What a member gets of these.
    Attributes of(Attributes wanted) throws IOException {
        if ((wanted.mode() & BITS) == 0 || allowed()) {
            return wanted;
        }
        lost++;
        return new Attributes(
                wanted.mode() & ~BITS,
                wanted.uid(),
                wanted.gid(),
                wanted.mtimeSeconds(),
                wanted.mtimeNanos(),
                wanted.xattrs());
    }

    private boolean allowed() throws IOException {
        if (allowed == null) {
            try (PosixFile file = tree.create(TRIED, PRIVATE)) {
                allowed = file.setModeAsAllowed(PRIVATE | BITS);
            } finally {
                tree.removeFile(TRIED);
            }
        }
        return allowed;
    }

    /// How many members lost theirs.
    long lost() {
        return lost;
    }
}
