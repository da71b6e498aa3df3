package dev.packhorse.transport.contract;

import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Content with hints.
public record HintedContent(Content content, List<AlikeRange> alike) implements Content {
    @Override
    public long sizeBytes() {
        return content.sizeBytes();
    }

    @Override
    public String sha256() {
        return content.sha256();
    }

    @Override
    public InputStream open() throws IOException {
        return content.open();
    }
}
