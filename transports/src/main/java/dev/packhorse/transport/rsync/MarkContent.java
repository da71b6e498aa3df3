package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Sha256;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The mark of a tree as an object.
record MarkContent(String text) implements Content {
    private byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public long sizeBytes() {
        return bytes().length;
    }

    @Override
    public String sha256() {
        return HexFormat.of().formatHex(Sha256.begin().digest(bytes()));
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes());
    }
}
