package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.home.OwnerAccess.IoStep;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes the steps of a walk that a home can refuse: a refusal is told, and the walk goes on.
///
/// @param owner takes steps in what the account locked itself out of
/// @param warnings takes what was refused, a sentence each
record HomeAccess(OwnerAccess owner, Consumer<String> warnings) {
    /// What the step gives; null if the home refuses it.
    ///
    /// @param byRoot whether the account is locked out, so that the step is taken for it
    /// @param path what the step is for, in the archive
    <R> @Nullable R take(boolean byRoot, BytePath path, IoStep<R> step) throws IOException {
        try {
            return byRoot ? owner.call(step) : step.run();
        } catch (PosixException e) {
            warnings.accept(path + ": left out, " + reason(e));
            return null;
        }
    }

    static String reason(PosixException e) {
        if (e.is(Errno.ENOENT)) {
            return "it vanished while the home was being packed";
        }
        if (e.is(Errno.EACCES) || e.is(Errno.EPERM)) {
            return "the account may not read it";
        }
        if (e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR)) {
            return "it was replaced while the home was being packed";
        }
        return String.valueOf(e.getMessage());
    }
}
