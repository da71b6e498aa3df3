package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// The other end of a Unix datagram socket, through the C library's own functions.
public final class DatagramReceiver implements AutoCloseable {
    private static final int DONT_WAIT = 0x40;

    private final int socket;

    public DatagramReceiver(String address) throws Throwable {
        MethodHandle open =
                link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        MethodHandle bind =
                link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        this.socket = (int) open.invokeExact(1, 2, 0);
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(110);
            name.set(JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(path, 0, name, JAVA_BYTE, 2, path.length);
            boolean isAbstract = path[0] == '@';
            if (isAbstract) {
                name.set(JAVA_BYTE, 2, (byte) 0);
            }
            int length = isAbstract ? 2 + path.length : 110;
            int result = (int) bind.invokeExact(socket, name, length);
            if (socket < 0 || result != 0) {
                throw new AssertionError("cannot bind " + address);
            }
        }
    }

    private static MethodHandle link(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /// The message that has arrived.
    public byte[] receive() throws Throwable {
        MethodHandle receive =
                link(
                        "recv",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(65_536);
            long length = (long) receive.invokeExact(socket, buffer, buffer.byteSize(), DONT_WAIT);
            if (length < 0) {
                throw new AssertionError("no message has arrived");
            }
            return buffer.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    @Override
    public void close() throws PosixException {
        new Descriptor(socket, "socket").close();
    }
}
