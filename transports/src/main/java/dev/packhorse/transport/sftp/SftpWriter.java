package dev.packhorse.transport.sftp;

import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// Writes to an open file with many requests under way. What lies before [#inDoubt()] bytes from
/// the end of what was sent is known to have been taken. One thread.
final class SftpWriter {
    /// Every server takes messages of 34,000 bytes.
    static final int BLOCK = 1 << 15;

    private static final int WRITE = 6;
    private static final int MOST_UNDER_WAY = 64;

    private final SftpChannel channel;
    private final byte[] handle;
    private final CallWatch watch;
    private final Set<Integer> underWay = new HashSet<>();
    private long position;

    SftpWriter(SftpChannel channel, byte[] handle, long position, CallWatch watch) {
        this.channel = channel;
        this.handle = handle;
        this.position = position;
        this.watch = watch;
    }

    /// The most that may have been sent without being there after a connection broke.
    static long inDoubt() {
        return (long) MOST_UNDER_WAY * BLOCK;
    }

    long position() {
        return position;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = Math.min(BLOCK, length - done);
            while (underWay.size() >= MOST_UNDER_WAY) {
                takeAnswer();
            }
            underWay.add(
                    channel.send(
                            channel.request(WRITE, handle.length + count + 16)
                                    .putBytes(handle)
                                    .putLong(position)
                                    .putBytes(bytes, offset + done, count)));
            position += count;
            done += count;
        }
    }

    private void takeAnswer() throws IOException {
        channel.flush();
        SftpReply reply = channel.receive();
        if (!underWay.remove(reply.id())) {
            throw new IOException("the server answered a request that was not made");
        }
        SftpChannel.expect(SftpChannel.STATUS, reply);
        watch.progressed(BLOCK);
    }

    /// Waits until everything is taken.
    void finish() throws IOException {
        while (!underWay.isEmpty()) {
            takeAnswer();
        }
    }

    /// After a failure: takes the answers that are still under way, so that the connection can be
    /// used to clean up.
    void drain() throws IOException {
        channel.flush();
        while (channel.unanswered() > 0) {
            channel.receive();
        }
    }
}
