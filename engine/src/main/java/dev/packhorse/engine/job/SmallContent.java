package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Bytes in memory, as a manifest, as content to upload. Safe for many threads.
final class SmallContent implements Content {
    private final byte[] bytes;
    private final String sha256;

    /// @param bytes not changed any more
    SmallContent(byte[] bytes) throws IOException {
        this.bytes = bytes;
        this.sha256 = Sha256.of(new ByteArrayInputStream(bytes));
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }
}
