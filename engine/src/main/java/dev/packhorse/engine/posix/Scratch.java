package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system call and the native memory for its small arguments: two texts and one struct. One
/// thread from [#take()] to [#close()].
///
/// Everything goes through the C library's `syscall`, because the wrappers of some calls do not
/// exist in every C library that is in use (openat2, statx, getdents64, renameat2) and others act
/// on all threads of the process where only one is meant (setgroups). All arguments are passed as
/// 64-bit integers.
final class Scratch implements AutoCloseable {
    /// The most bytes of a text, without the final NUL.
    private static final int MAX_TEXT_BYTES = 4_095;

    private static final int TEXT_BYTES = 4_096;
    private static final int STRUCT_BYTES = 4_096;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
            STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = linkSyscall();
    private static final NativePool<Scratch> POOL = new NativePool<>(Scratch::new);

    private final MemorySegment state = Arena.global().allocate(STATE);
    private final MemorySegment first = Arena.global().allocate(TEXT_BYTES, 16);
    private final MemorySegment second = Arena.global().allocate(TEXT_BYTES, 16);
    private final MemorySegment struct = Arena.global().allocate(STRUCT_BYTES, 16);

    private Scratch() {}

    private static MethodHandle linkSyscall() {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfLong word = JAVA_LONG;
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    static Scratch take() {
        return POOL.take();
    }

    /// Gives the memory back. Once only.
    @Override
    public void close() {
        POOL.give(this);
    }

    /// Writes the first text argument, with a final NUL, and returns its address.
    long text(ByteName name) {
        return name.value().writeTo(first);
    }

    /// Writes the second text argument.
    long secondText(ByteName name) {
        return name.value().writeTo(second);
    }

    /// Writes the first text argument.
    ///
    /// @throws PosixException ENAMETOOLONG, or EINVAL if the text holds NUL
    long text(ByteString text, Syscall call) throws PosixException {
        return checked(text, call).writeTo(first);
    }

    /// Writes the second text argument.
    ///
    /// @throws PosixException ENAMETOOLONG, or EINVAL if the text holds NUL
    long secondText(ByteString text, Syscall call) throws PosixException {
        return checked(text, call).writeTo(second);
    }

    private static ByteString checked(ByteString text, Syscall call) throws PosixException {
        if (text.length() > MAX_TEXT_BYTES) {
            String start = text.substring(0, 60).display() + "...";
            throw new PosixException(call.toString(), start, Errno.ENAMETOOLONG);
        }
        if (text.indexOf('\0', 0) >= 0) {
            throw new PosixException(
                    call.toString(), text.display(), Errno.EINVAL, "holds a NUL byte");
        }
        return text;
    }

    /// The memory for one struct argument; what it holds is left over from earlier calls.
    MemorySegment struct() {
        return struct;
    }

    /// Makes the call with the rights that it needs, and returns its result, or the error number
    /// below zero.
    long call(Syscall call, long a, long b, long c, long d, long e, long f) {
        ActingThread acting = ActingThread.current();
        if (acting == null || call.rights() == Syscall.Rights.PROCESS) {
            return callPlain(call, a, b, c, d, e, f);
        }
        if (call.rights() == Syscall.Rights.EITHER) {
            long result = callPlain(call, a, b, c, d, e, f);
            if (result != -Errno.EACCES.value()) {
                return result;
            }
        }
        acting.take(this);
        try {
            return callPlain(call, a, b, c, d, e, f);
        } finally {
            acting.giveBack(this);
        }
    }

    long callPlain(Syscall call, long a) {
        return callPlain(call, a, 0, 0, 0, 0, 0);
    }

    /// Makes the call with the rights that the thread has, again if a signal interrupted it.
    long callPlain(Syscall call, long a, long b, long c, long d, long e, long f) {
        while (true) {
            long result = invoke(call.number(), a, b, c, d, e, f);
            if (result != -1) {
                return result;
            }
            int errno = state.get(JAVA_INT, ERRNO_OFFSET);
            // The kernel has released the descriptor even if close was interrupted.
            if (errno != Errno.EINTR.value() || call == Syscall.CLOSE) {
                return -errno;
            }
        }
    }

    long call(Syscall call, long a, long b, long c, long d, long e) {
        return call(call, a, b, c, d, e, 0);
    }

    long call(Syscall call, long a, long b, long c, long d) {
        return call(call, a, b, c, d, 0, 0);
    }

    long call(Syscall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0, 0);
    }

    long call(Syscall call, long a, long b) {
        return call(call, a, b, 0, 0, 0, 0);
    }

    long call(Syscall call, long a) {
        return call(call, a, 0, 0, 0, 0, 0);
    }

    private long invoke(long number, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
        } catch (RuntimeException | Error broken) {
            throw broken;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a system call threw", impossible);
        }
    }
}
