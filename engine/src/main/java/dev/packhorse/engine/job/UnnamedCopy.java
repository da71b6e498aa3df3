package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Copies of objects at a destination in files that have no name any more, so that nothing stays of
/// them when they are closed.
final class UnnamedCopy {
    private static final int BLOCK = 1 << 16;

    private UnnamedCopy() {}

    /// Fetches an object.
    ///
    /// @param folder one that only root can enter
    /// @param most so many bytes are fetched at most, and what follows is left
    /// @return open to be read; the caller closes it
    static FileChannel of(
            Transport transport, ObjectKey key, long most, Path folder, Cancellation cancellation)
            throws IOException {
        Path file = Files.createTempFile(folder, "fetched-", ".part");
        boolean whole = false;
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Files.delete(file);
            transport.read(
                    key,
                    ByteRange.ALL,
                    in -> {
                        channel.truncate(0);
                        channel.position(0);
                        return copy(in, Channels.newOutputStream(channel), most);
                    },
                    cancellation);
            whole = true;
            return channel;
        } finally {
            if (!whole) {
                channel.close();
            }
        }
    }

    private static long copy(InputStream in, OutputStream target, long most) throws IOException {
        byte[] block = new byte[BLOCK];
        long left = most;
        int count = 0;
        while (count >= 0 && left > 0) {
            target.write(block, 0, count);
            left -= count;
            count = in.read(block, 0, (int) Math.min(left, BLOCK));
        }
        return most - left;
    }
}
