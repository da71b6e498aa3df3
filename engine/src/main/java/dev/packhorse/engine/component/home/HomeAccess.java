package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.home.OwnerAccess.IoStep;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes the steps of a walk that a home can refuse: a refusal is told, and the walk goes on. So is
/// a failure of the disk, but what it costs may be in an earlier archive.
///
/// @param owner takes steps in what the account locked itself out of
/// @param warnings takes what was refused, a sentence each
/// @param unread takes what could not be read although it is there, a sentence each
record HomeAccess(OwnerAccess owner, Consumer<String> warnings, Consumer<String> unread) {
    /// What a customer's own doing leads to: rights that were taken away, and names that go, come
    /// and become something else while the home is being packed.
    private static final Set<Errno> REFUSALS =
            EnumSet.of(
                    Errno.ENOENT,
                    Errno.EACCES,
                    Errno.EPERM,
                    Errno.ELOOP,
                    Errno.ENOTDIR,
                    Errno.EISDIR,
                    Errno.EINVAL,
                    Errno.ENXIO);

    /// A shortage of this server's, which says nothing of the home.
    private static final Set<Errno> SHORTAGES =
            EnumSet.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM);

    /// What the step gives; null if it cannot be taken.
    ///
    /// @param byRoot whether the account is locked out, so that the step is taken for it
    /// @param path what the step is for, in the archive
    <R> @Nullable R take(boolean byRoot, BytePath path, IoStep<R> step) throws IOException {
        try {
            return byRoot ? owner.call(step) : step.run();
        } catch (PosixException e) {
            tell(path + ": left out, " + reason(e), e);
            return null;
        }
    }

    /// As [#take], of what is a folder or may be one.
    ///
    /// @throws UnreadableHomeException if it lies directly below the home, and its disk fails
    <R> @Nullable R takeFolder(boolean byRoot, BytePath path, IoStep<R> step) throws IOException {
        return takeFolder(byRoot, path, step, () -> false);
    }

    /// As [#takeFolder(boolean, BytePath, IoStep)].
    ///
    /// @param unwanted whether nobody misses it; asked once the step has failed
    <R> @Nullable R takeFolder(
            boolean byRoot, BytePath path, IoStep<R> step, BooleanSupplier unwanted)
            throws IOException {
        try {
            return byRoot ? owner.call(step) : step.run();
        } catch (PosixException e) {
            if (!unwanted.getAsBoolean()) {
                requireNotTop(path, e);
                tell(path + ": left out, " + reason(e), e);
            }
            return null;
        }
    }

    /// @throws UnreadableHomeException if a path lies directly below the home, and its disk fails
    static void requireNotTop(BytePath path, PosixException failure)
            throws UnreadableHomeException {
        int depth = path.names().size();
        boolean isHome = depth <= 1;
        if (isHome ? !isRefusal(failure) : depth == 2 && endsBackup(failure)) {
            throw new UnreadableHomeException(path, failure);
        }
    }

    /// Whether a failure directly below the home is that of the home's own disk, or ours. All else,
    /// as of a mount of the customer's own that lost its other side, costs only what lies there: it
    /// must not end his backups.
    private static boolean endsBackup(PosixException failure) {
        return failure.isOfDisk()
                || failure.is(Errno.ESTALE)
                || Errno.of(failure.errno()).filter(SHORTAGES::contains).isPresent();
    }

    /// Tells what a failed step costs.
    void tell(String sentence, PosixException failure) {
        (isRefusal(failure) ? warnings : unread).accept(sentence);
    }

    static boolean isRefusal(PosixException e) {
        return Errno.of(e.errno()).filter(REFUSALS::contains).isPresent();
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
