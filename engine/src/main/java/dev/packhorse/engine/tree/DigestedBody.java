package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.archive.SourceFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The content of a file on its way, hashed as it passes. One thread, one file.
final class DigestedBody implements EntryBody {
    private final EntryBody body;
    private final List<DataRegion> regions;
    private final ContentDigest digest;
    private int region;
    private long within;

    DigestedBody(RegularFile entry, EntryBody body) {
        this.body = body;
        this.regions =
                entry.data().isEmpty()
                        ? List.of(new DataRegion(0, entry.sizeBytes()))
                        : entry.data();
        this.digest = new ContentDigest(entry.sizeBytes());
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        int told = body.read(target);
        accept(target.duplicate().limit(target.position()).position(start));
        return told;
    }

    /// The body gives the data regions one after the other; a sink takes no more than they hold.
    private void accept(ByteBuffer bytes) {
        while (bytes.hasRemaining() && region < regions.size()) {
            DataRegion current = regions.get(region);
            int length = (int) Math.min(current.length() - within, bytes.remaining());
            ByteBuffer part = bytes.slice(bytes.position(), length);
            digest.accept(current.offset() + within, part);
            bytes.position(bytes.position() + length);
            within += length;
            if (within == current.length()) {
                region++;
                within = 0;
            }
        }
    }

    @Override
    public Optional<SourceFile> unchangedSource() throws IOException {
        return body.unchangedSource();
    }

    /// The hash; once, after the sink has taken the file.
    byte[] content() {
        return digest.finish();
    }
}
