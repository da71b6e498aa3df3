package dev.packhorse.engine.posix;

/// Sends signals to processes and to whole process groups. Safe for many threads.
public final class ProcessGroup {
    private ProcessGroup() {}

    /// Sends a signal to every process of a group; false if the group has none.
    ///
    /// @param group the id of the process that leads the group, above 1
    public static boolean signalGroup(long group, Signal signal) throws PosixException {
        return kill(-checked(group), signal.number());
    }

    /// Sends a signal to one process; false if it does not exist.
    ///
    /// @param process its id, above 1
    public static boolean signalProcess(long process, Signal signal) throws PosixException {
        return kill(checked(process), signal.number());
    }

    /// Whether any process of the group exists, which includes ended ones that nobody waited for.
    ///
    /// @param group the id of the process that leads the group, above 1
    public static boolean groupExists(long group) throws PosixException {
        return kill(-checked(group), 0);
    }

    /// 0, 1 and numbers below have other meanings to the kernel, up to "every process there is".
    private static long checked(long id) {
        if (id <= 1 || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not the id of a process to signal: " + id);
        }
        return id;
    }

    private static boolean kill(long target, int signal) throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Syscall.KILL, target, signal);
            if (result == -Errno.ESRCH.value()) {
                return false;
            }
            Descriptor.checked(Syscall.KILL, Long.toString(target), result);
            return true;
        }
    }
}
