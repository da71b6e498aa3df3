package dev.packhorse.transport.contract;

import dev.packhorse.transport.spi.Content;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Content of given bytes that does something once so many of them were read.
public final class TurningContent implements Content {
    private final byte[] bytes;
    private final int at;
    private final Turn turn;

    /// What happens.
    @FunctionalInterface
    public interface Turn {
        void happen() throws IOException;
    }

    /// @param at after how many bytes
    public TurningContent(byte[] bytes, int at, Turn turn) {
        this.bytes = bytes;
        this.at = at;
        this.turn = turn;
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public String sha256() {
        return BytesContent.digest(bytes);
    }

    @Override
    public InputStream open() {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            private int given;
            private boolean turned;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (!turned && given >= at) {
                    turned = true;
                    turn.happen();
                }
                int most = turned ? length : Math.min(length, at - given);
                int count = super.read(target, offset, most);
                given += Math.max(0, count);
                return count;
            }
        };
    }
}
