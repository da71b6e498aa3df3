package dev.packhorse.engine.posix;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A platform thread whose file calls are made with an account's rights.
///
/// The rights are taken for each system call and given back after it, not once for the thread:
/// Linux gives a new thread the rights of the thread that starts it, and a Java thread starts
/// others without being asked to (waking a virtual thread may start a carrier for it, handing work
/// to a pool may start a worker). Those would keep the account's rights and later do the program's
/// own work. What lasts is only what does no harm to a thread of root: the supplementary groups and
/// the lack of a few capabilities.
final class ActingThread extends Thread {
    private final Identity identity;
    private final Identity process;

    // Read and written by this thread only.
    private int stepsAsProcess;

    ActingThread(Identity identity, Identity process, Runnable work) {
        super(work, "account-" + identity.uid());
        this.identity = identity;
        this.process = process;
        setDaemon(true);
    }

    /// The calling thread, if it is such a thread and not in a step of the process's own.
    static @Nullable ActingThread current() {
        return Thread.currentThread() instanceof ActingThread acting && acting.stepsAsProcess == 0
                ? acting
                : null;
    }

    /// From now on calls are made with the rights of the process.
    void beginStepAsProcess() {
        stepsAsProcess++;
    }

    void endStepAsProcess() {
        stepsAsProcess--;
    }

    boolean actsAs(Identity other) {
        return identity.equals(other);
    }

    /// Whether the account could open this file for reading itself, judged by the open file: an
    /// owner may always read what the mode lets the owner read.
    boolean ownsReadable(FileStat stat) {
        return stat.uid() == identity.uid() && (stat.mode() & 0400) != 0;
    }

    /// Prepares this thread, once, by itself.
    ///
    /// @throws IOException if it cannot act for the account
    void prepare() throws IOException {
        try (Scratch scratch = Scratch.take()) {
            ThreadRights.reduce(scratch, identity.gid());
            take(scratch);
            boolean isTaken = has(scratch, identity);
            giveBack(scratch);
            if (!isTaken || !has(scratch, process)) {
                throw new IOException(
                        "the thread could not take the rights of user %d, group %d: nothing was done"
                                .formatted(identity.uid(), identity.gid()));
            }
        }
    }

    /// Takes the account's rights; the kernel drops root's capabilities over files with that.
    void take(Scratch scratch) {
        scratch.callPlain(Syscall.SETFSGID, identity.gid());
        scratch.callPlain(Syscall.SETFSUID, identity.uid());
    }

    /// Gives them back. The two calls report no errors; each answers with the id before.
    void giveBack(Scratch scratch) {
        long uid = scratch.callPlain(Syscall.SETFSUID, process.uid());
        long gid = scratch.callPlain(Syscall.SETFSGID, process.gid());
        if (uid != identity.uid() || gid != identity.gid()) {
            throw new IllegalStateException(
                    "a file call for user %d, group %d was made as user %d, group %d"
                            .formatted(identity.uid(), identity.gid(), uid, gid));
        }
    }

    /// An id that cannot exist changes nothing, so this only asks.
    private static boolean has(Scratch scratch, Identity wanted) {
        return scratch.callPlain(Syscall.SETFSUID, -1) == wanted.uid()
                && scratch.callPlain(Syscall.SETFSGID, -1) == wanted.gid();
    }
}
