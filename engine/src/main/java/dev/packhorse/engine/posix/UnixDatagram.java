package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Sends single messages to Unix datagram sockets, as systemd's notification socket is one. Safe
/// for many threads.
///
/// Source: unix(7), struct sockaddr_un: family (2 bytes), path (108).
public final class UnixDatagram {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH_OFFSET = 2;
    private static final int MAX_PATH_BYTES = 107;

    private UnixDatagram() {}

    /// Sends one message, whole or not at all.
    ///
    /// @param address a path, or `@` and a name of the abstract name space
    /// @throws PosixException if nobody listens there, or the address or message is too long
    public static void send(String address, byte[] message) throws PosixException {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length > MAX_PATH_BYTES || address.indexOf('\0') >= 0) {
            throw failure(address, Errno.EINVAL, "is not the address of a Unix socket");
        }
        if (message.length > Transfer.BYTES) {
            throw failure(address, Errno.EMSGSIZE, Errno.EMSGSIZE.text());
        }
        try (Scratch scratch = Scratch.take();
                Transfer transfer = Transfer.take()) {
            int type = SOCK_DGRAM | SOCK_CLOEXEC;
            long socket = scratch.call(Syscall.SOCKET, AF_UNIX, type, 0);
            Descriptor.checked(Syscall.SOCKET, address, socket);
            try {
                send(scratch, transfer, socket, path, message, address);
            } finally {
                scratch.call(Syscall.CLOSE, socket);
            }
        }
    }

    private static void send(
            Scratch scratch,
            Transfer transfer,
            long socket,
            byte[] path,
            byte[] message,
            String address)
            throws PosixException {
        MemorySegment.copy(message, 0, transfer.memory(), JAVA_BYTE, 0, message.length);
        long result =
                scratch.call(
                        Syscall.SENDTO,
                        socket,
                        transfer.address(),
                        message.length,
                        MSG_NOSIGNAL,
                        scratch.struct().address(),
                        writeAddress(scratch.struct(), path));
        Descriptor.checked(Syscall.SENDTO, address, result);
    }

    /// Writes the address and returns its length: a path ends with NUL, an abstract name begins
    /// with one.
    private static int writeAddress(MemorySegment struct, byte[] path) {
        struct.set(JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, struct, JAVA_BYTE, PATH_OFFSET, path.length);
        if (path[0] == '@') {
            struct.set(JAVA_BYTE, PATH_OFFSET, (byte) 0);
            return PATH_OFFSET + path.length;
        }
        struct.set(JAVA_BYTE, PATH_OFFSET + path.length, (byte) 0);
        return PATH_OFFSET + path.length + 1;
    }

    private static PosixException failure(String address, Errno errno, String reason) {
        String subject = ByteString.of(address).display();
        return new PosixException(Syscall.SENDTO.toString(), subject, errno, reason);
    }
}
