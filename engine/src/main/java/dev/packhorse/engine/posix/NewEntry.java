package dev.packhorse.engine.posix;

/// Makes directories, and takes back what could not be finished.
final class NewEntry {
    private NewEntry() {}

    /// A step of taking back.
    @FunctionalInterface
    interface Step {
        void run() throws PosixException;
    }

    static Descriptor directory(Directory parent, ByteName name, int mode) throws PosixException {
        make(parent, name);
        Descriptor made;
        try {
            made = Opening.directory(parent.descriptor(), name);
        } catch (PosixException e) {
            undo(e, () -> parent.removeDirectory(name));
            throw e;
        }
        try {
            refuseReplaced(made, name);
            made.setMode(mode);
            return made;
        } catch (PosixException e) {
            undo(e, made::close);
            undo(e, () -> parent.removeDirectory(name));
            throw e;
        }
    }

    private static void make(Directory parent, ByteName name) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(
                            Syscall.MKDIRAT,
                            parent.descriptor().number(),
                            scratch.text(name),
                            0700);
            Descriptor.checked(Syscall.MKDIRAT, name.toString(), result);
        }
    }

    /// Linux cannot make and open a directory in one step, so a customer could put another one in
    /// its place and have root change its mode and fill it. What root opens must be root's and
    /// empty; under the customer's own identity there is nothing to gain.
    private static void refuseReplaced(Descriptor made, ByteName name) throws PosixException {
        if (ActingThread.current() != null || !Identity.ofProcess().isRoot()) {
            return;
        }
        if (made.stat().uid() != 0 || !new Listing(made).next().isEmpty()) {
            throw new PosixException(
                    Syscall.MKDIRAT.toString(),
                    name.toString(),
                    Errno.ESTALE,
                    "was replaced while it was made");
        }
    }

    /// Closes and removes a new file after a failure, which is thrown by the caller.
    static void undo(PosixException failure, Descriptor opened, Step remove) {
        undo(failure, opened::close);
        undo(failure, remove);
    }

    private static void undo(PosixException failure, Step step) {
        try {
            step.run();
        } catch (PosixException e) {
            failure.addSuppressed(e);
        }
    }
}
