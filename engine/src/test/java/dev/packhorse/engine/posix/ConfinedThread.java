package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// A thread for which the kernel refuses set-user-id and set-group-id bits, and for all that it
/// starts, as it does for the service under `RestrictSUIDSGID=yes`.
///
/// Source: seccomp(2), systemd.exec(5).
public final class ConfinedThread {
    private static final int PR_SET_SECCOMP = 22;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_MODE_FILTER = 2;
    private static final int ALLOW = 0x7fff0000;
    private static final int REFUSE = 0x00050000 | 1;
    private static final int LOAD = 0x20;
    private static final int JUMP = 0x05;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private static final MethodHandle PRCTL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("prctl"),
                            FunctionDescriptor.of(
                                    JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                            Linker.Option.firstVariadicArg(1));

    private ConfinedThread() {}

    /// Runs a step on such a thread and waits for its end.
    public static <R> R call(Callable<R> step) throws Exception {
        FutureTask<R> task =
                new FutureTask<>(() -> {
                    confine();
                    return step.call();
                });
        Thread.ofPlatform().name("confined").start(task);
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// The number of the call decides where its mode is: in the second or the third argument.
    private static void confine() {
        int[][] program = {
            {LOAD, 0, 0, 0},
            {IF_EQUAL, 3, 0, ARM ? 52 : 91}, // fchmod
            {IF_EQUAL, 4, 0, ARM ? 53 : 268}, // fchmodat
            {IF_EQUAL, 3, 0, ARM ? 34 : 258}, // mkdirat
            {RETURN, 0, 0, ALLOW},
            {LOAD, 0, 0, 24},
            {JUMP, 0, 0, 1},
            {LOAD, 0, 0, 32},
            {IF_ANY_BIT, 0, 1, 06000},
            {RETURN, 0, 0, REFUSE},
            {RETURN, 0, 0, ALLOW}
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(8L * program.length, 8);
            for (int i = 0; i < program.length; i++) {
                filter.set(JAVA_SHORT, 8L * i, (short) program[i][0]);
                filter.set(
                        java.lang.foreign.ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) program[i][1]);
                filter.set(
                        java.lang.foreign.ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) program[i][2]);
                filter.set(JAVA_INT, 8L * i + 4, program[i][3]);
            }
            MemorySegment named = arena.allocate(16, 8);
            named.set(JAVA_SHORT, 0, (short) program.length);
            named.set(ADDRESS, 8, filter);
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0);
            prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, named.address());
        }
    }

    private static void prctl(int what, long first, long second) {
        int result;
        try {
            result = (int) PRCTL.invokeExact(what, first, second, 0L, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (result != 0) {
            throw new AssertionError("prctl " + what + " failed");
        }
    }
}
