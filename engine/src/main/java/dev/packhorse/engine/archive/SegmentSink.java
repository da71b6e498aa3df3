package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the members of a run into one segment. One thread.
final class SegmentSink implements ArchiveSink {
    private final ByteBuffer raw;
    private final EntryHeaders headers;
    private final long metadataTime;
    private final Cancellation cancellation;
    private final boolean isDigested;
    private final MessageDigest digest = Digests.sha256();
    private final List<IndexEntry> entries = new ArrayList<>();

    SegmentSink(
            ByteBuffer raw,
            ByteString topFolder,
            long metadataTime,
            Cancellation cancellation,
            boolean isDigested) {
        this.isDigested = isDigested;
        this.raw = raw;
        this.headers = new EntryHeaders(topFolder);
        this.metadataTime = metadataTime;
        this.cancellation = cancellation;
    }

    List<IndexEntry> entries() {
        return entries;
    }

    @Override
    public long room() {
        return raw.remaining();
    }

    @Override
    public long metadataTime() {
        return metadataTime;
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        cancellation.check();
        byte[] header = headers.of(entry);
        int start = raw.position();
        require(header.length);
        raw.put(header);
        entries.add(
                EntryRecord.of(
                        entry, EntryRecord.NO_DIGEST, 0, start, header.length, Optional.empty()));
    }

    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        cancellation.check();
        byte[] header = headers.of(entry);
        int start = raw.position();
        int stored = Math.toIntExact(SparseMap.storedBytes(entry));
        int filling = TarFormat.padding(stored);
        require(header.length + (long) stored + filling);
        raw.put(header);
        int content = raw.position();
        ContentCopy copy = new ContentCopy(body, cancellation);
        copy.fill(raw, stored);
        ByteString sum = digest(content, stored);
        ContentCopy.zeros(raw.slice(raw.position(), filling));
        raw.position(raw.position() + filling);
        entries.add(
                EntryRecord.of(
                        entry, sum, 0, start, raw.position() - start, body.unchangedSource()));
        copy.throwFailure();
        return copy.given();
    }

    private ByteString digest(int content, int length) {
        if (!isDigested) {
            return EntryRecord.NO_DIGEST;
        }
        digest.update(raw.slice(content, length));
        return ByteString.of(digest.digest());
    }

    private void require(long bytes) {
        if (bytes > raw.remaining()) {
            throw new IllegalStateException("a run puts more than it may");
        }
    }
}
