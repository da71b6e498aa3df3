package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.Content;
import java.io.IOException;
import java.io.InputStream;

/// A content without its hints, so that all of it is sent, in parts of one length.
public record FreshContent(Content whole) implements Content {
    @Override
    public long sizeBytes() {
        return whole.sizeBytes();
    }

    @Override
    public String sha256() {
        return whole.sha256();
    }

    @Override
    public InputStream open() throws IOException {
        return whole.open();
    }
}
