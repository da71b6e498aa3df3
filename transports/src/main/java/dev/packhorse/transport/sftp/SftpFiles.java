package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Capacity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The calls of the protocol that ask one thing and wait for the answer. A refusal comes out as
/// [SftpStatus]; any other failure means that the connection is of no further use.
///
/// Source: draft-ietf-secsh-filexfer-02 section 6; OpenSSH `PROTOCOL` section 4
final class SftpFiles {
    static final int READ = 1;
    static final int WRITE = 2;
    static final int CREATE = 8;
    static final int EXCLUSIVE = 0x20;

    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int LSTAT = 7;
    private static final int FSTAT = 8;
    private static final int FSETSTAT = 10;
    private static final int REMOVE = 13;
    private static final int MKDIR = 14;
    private static final int RMDIR = 15;
    private static final int STAT = 17;
    private static final int RENAME = 18;
    private static final int EXTENDED = 200;

    private static final int HAS_SIZE = 1;
    private static final int HAS_MODE = 4;
    private static final int PRIVATE_FILE = 0600;
    private static final int PRIVATE_FOLDER = 0700;

    private static final String HARDLINK = "hardlink@openssh.com";
    private static final String POSIX_RENAME = "posix-rename@openssh.com";
    private static final String FSYNC = "fsync@openssh.com";
    private static final String STATVFS = "statvfs@openssh.com";

    private final SftpChannel channel;

    SftpFiles(SftpChannel channel) {
        this.channel = channel;
    }

    boolean hasHardlink() {
        return channel.offers(HARDLINK, "1");
    }

    /// Whether links can be relied upon. Some servers offer all extensions that their library knows
    /// and then refuse them, or say that they made a link and make none (rclone 1.60); one that can
    /// tell the space of a file system has a real one.
    boolean makesHardlinks() throws IOException {
        return hasHardlink() && capacity(".").isPresent();
    }

    boolean hasPosixRename() {
        return channel.offers(POSIX_RENAME, "1");
    }

    byte[] open(String path, int flags) throws IOException {
        byte[] name = bytes(path);
        SftpPacket packet = channel.request(OPEN, name.length + 16).putBytes(name).putInt(flags);
        if ((flags & CREATE) == 0) {
            packet.putInt(0);
        } else {
            packet.putInt(HAS_MODE).putInt(PRIVATE_FILE);
        }
        return handleOf(channel.ask(packet));
    }

    static byte[] handleOf(SftpReply reply) throws IOException {
        ByteBuffer handle = SftpChannel.expect(SftpChannel.HANDLE, reply).readBytes();
        byte[] copy = new byte[handle.remaining()];
        handle.get(copy);
        return copy;
    }

    void close(byte[] handle) throws IOException {
        done(channel.request(CLOSE, handle.length + 4).putBytes(handle));
    }

    /// Facts of the name itself, empty if there is nothing of that name.
    Optional<SftpAttributes> lstat(String path) throws IOException {
        return facts(LSTAT, path);
    }

    /// Facts of what the name leads to.
    Optional<SftpAttributes> stat(String path) throws IOException {
        return facts(STAT, path);
    }

    private Optional<SftpAttributes> facts(int type, String path) throws IOException {
        byte[] name = bytes(path);
        SftpReply reply = channel.ask(channel.request(type, name.length + 4).putBytes(name));
        try {
            return Optional.of(SftpAttributes.read(SftpChannel.expect(SftpChannel.ATTRS, reply)));
        } catch (SftpStatus e) {
            if (e.isAbsence()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    SftpAttributes fstat(byte[] handle) throws IOException {
        SftpReply reply = channel.ask(channel.request(FSTAT, handle.length + 4).putBytes(handle));
        return SftpAttributes.read(SftpChannel.expect(SftpChannel.ATTRS, reply));
    }

    /// Cuts an open file.
    void truncate(byte[] handle, long size) throws IOException {
        done(
                channel.request(FSETSTAT, handle.length + 16)
                        .putBytes(handle)
                        .putInt(HAS_SIZE)
                        .putLong(size));
    }

    /// Brings an open file to stable storage, where the server can.
    void sync(byte[] handle) throws IOException {
        if (!channel.offers(FSYNC, "1")) {
            return;
        }
        try {
            done(
                    channel.request(EXTENDED, handle.length + FSYNC.length() + 8)
                            .putText(FSYNC)
                            .putBytes(handle));
        } catch (SftpStatus e) {
            if (e.code() != SftpStatus.UNSUPPORTED) {
                throw e;
            }
        }
    }

    void makeFolder(String path) throws IOException {
        byte[] name = bytes(path);
        done(
                channel.request(MKDIR, name.length + 12)
                        .putBytes(name)
                        .putInt(HAS_MODE)
                        .putInt(PRIVATE_FOLDER));
    }

    /// Servers refuse to remove a folder that holds something.
    void removeFolder(String path) throws IOException {
        byte[] name = bytes(path);
        done(channel.request(RMDIR, name.length + 4).putBytes(name));
    }

    void remove(String path) throws IOException {
        byte[] name = bytes(path);
        done(channel.request(REMOVE, name.length + 4).putBytes(name));
    }

    /// The rename of the protocol, which must not replace; some servers do.
    void rename(String from, String to) throws IOException {
        byte[] first = bytes(from);
        byte[] second = bytes(to);
        done(
                channel.request(RENAME, first.length + second.length + 8)
                        .putBytes(first)
                        .putBytes(second));
    }

    /// Renames and replaces in one step.
    void posixRename(String from, String to) throws IOException {
        extended(POSIX_RENAME, from, to);
    }

    /// A second name for a file; fails if it is taken.
    void hardlink(String from, String to) throws IOException {
        extended(HARDLINK, from, to);
    }

    private void extended(String name, String from, String to) throws IOException {
        byte[] first = bytes(from);
        byte[] second = bytes(to);
        done(
                channel.request(EXTENDED, name.length() + first.length + second.length + 12)
                        .putText(name)
                        .putBytes(first)
                        .putBytes(second));
    }

    /// Space of the file system that holds a path, empty where the server does not tell: some
    /// refuse the question, and some answer that there is no file system.
    Optional<Capacity> capacity(String path) throws IOException {
        if (!channel.offers(STATVFS, "2")) {
            return Optional.empty();
        }
        byte[] name = bytes(path);
        SftpReply reply =
                channel.ask(
                        channel.request(EXTENDED, name.length + STATVFS.length() + 8)
                                .putText(STATVFS)
                                .putBytes(name));
        try {
            return capacityOf(SftpChannel.expect(SftpChannel.EXTENDED_REPLY, reply));
        } catch (SftpStatus _) {
            return Optional.empty();
        }
    }

    private static Optional<Capacity> capacityOf(SftpReply reply) throws IOException {
        reply.readLong();
        long block = reply.readLong();
        long blocks = reply.readLong();
        reply.readLong();
        long available = reply.readLong();
        return block <= 0 || blocks <= 0 || available < 0
                ? Optional.empty()
                : Optional.of(new Capacity(times(blocks, block), times(available, block)));
    }

    private static long times(long count, long size) {
        return count > Long.MAX_VALUE / size ? Long.MAX_VALUE : count * size;
    }

    private void done(SftpPacket packet) throws IOException {
        SftpChannel.expect(SftpChannel.STATUS, channel.ask(packet));
    }

    static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
