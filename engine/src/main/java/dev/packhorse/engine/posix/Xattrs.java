package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Extended attributes through a descriptor. The kernel allows 64 KiB for the list of names and for
/// each value, which fit a [Transfer].
final class Xattrs {
    private Xattrs() {}

    static Map<ByteString, ByteString> read(Descriptor file) throws PosixException {
        try (Scratch scratch = Scratch.take();
                Transfer transfer = Transfer.take()) {
            Map<ByteString, ByteString> found = new TreeMap<>();
            for (ByteString name : names(file, scratch, transfer)) {
                value(file, name, scratch, transfer).ifPresent(value -> found.put(name, value));
            }
            return found;
        }
    }

    private static List<ByteString> names(Descriptor file, Scratch scratch, Transfer transfer)
            throws PosixException {
        long length =
                scratch.call(Syscall.FLISTXATTR, file.number(), transfer.address(), Transfer.BYTES);
        if (length == -Errno.ENOTSUP.value()) {
            return List.of();
        }
        file.check(Syscall.FLISTXATTR, length);
        return split(copy(transfer, length));
    }

    /// The names, each of which ends with NUL.
    private static List<ByteString> split(ByteString list) {
        List<ByteString> names = new ArrayList<>();
        int from = 0;
        for (int end = list.indexOf('\0', 0); end >= 0; end = list.indexOf('\0', from)) {
            names.add(list.substring(from, end));
            from = end + 1;
        }
        return names;
    }

    /// Empty if the attribute went away since the names were read, or is listed but not readable on
    /// this file system.
    private static Optional<ByteString> value(
            Descriptor file, ByteString name, Scratch scratch, Transfer transfer)
            throws PosixException {
        long length =
                scratch.call(
                        Syscall.FGETXATTR,
                        file.number(),
                        scratch.text(name, Syscall.FGETXATTR),
                        transfer.address(),
                        Transfer.BYTES);
        if (length == -Errno.ENODATA.value() || length == -Errno.ENOTSUP.value()) {
            return Optional.empty();
        }
        String subject = file.label() + " " + name.display();
        return Optional.of(copy(transfer, Descriptor.checked(Syscall.FGETXATTR, subject, length)));
    }

    private static ByteString copy(Transfer transfer, long length) {
        return ByteString.of(transfer.memory().asSlice(0, length).toArray(JAVA_BYTE));
    }

    static void write(Descriptor file, ByteString name, ByteString value) throws PosixException {
        String subject = file.label() + " " + name.display();
        if (value.length() > Transfer.BYTES) {
            throw new PosixException(Syscall.FSETXATTR.toString(), subject, Errno.E2BIG);
        }
        try (Scratch scratch = Scratch.take();
                Transfer transfer = Transfer.take()) {
            byte[] bytes = value.toBytes();
            MemorySegment.copy(bytes, 0, transfer.memory(), JAVA_BYTE, 0, bytes.length);
            long result =
                    scratch.call(
                            Syscall.FSETXATTR,
                            file.number(),
                            scratch.text(name, Syscall.FSETXATTR),
                            transfer.address(),
                            bytes.length,
                            0);
            Descriptor.checked(Syscall.FSETXATTR, subject, result);
        }
    }
}
