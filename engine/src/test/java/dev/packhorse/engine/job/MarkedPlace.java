package dev.packhorse.engine.job;

import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TreeMark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// A folder where an object that begins with `tree ` is the mark of one.
final class MarkedPlace extends PassingPlace {
    private static final String TITLE = "tree ";

    MarkedPlace(Path folder) throws TransportException {
        super(new LocalTransport(folder));
    }

    static byte[] mark(String sha256) {
        return (TITLE + sha256.substring(0, 24)).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Optional<TreeMark> findTree(ObjectKey key, Cancellation cancellation)
            throws TransportException, CancelledException {
        String text =
                place().read(
                                key,
                                ByteRange.ALL,
                                in -> new String(in.readAllBytes(), StandardCharsets.ISO_8859_1),
                                cancellation);
        return text.startsWith(TITLE)
                ? Optional.of(new TreeMark(text.substring(TITLE.length())))
                : Optional.empty();
    }
}
