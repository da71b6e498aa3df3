package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.engine.index.RangeSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All that an index says, without what an archive cannot tell: keys for taking over, which file an
/// entry was packed from, and who packed.
public record IndexContents(
        String topFolder,
        long archiveBytes,
        String archiveSha256,
        long count,
        boolean provesHeaders,
        List<IndexedSegment> segments,
        List<IndexEntry> entries) {
    /// Reads an index file.
    public static IndexContents of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ArchiveIndex index = ArchiveIndex.open(RangeSource.of(channel));
            List<IndexedSegment> segments = new ArrayList<>();
            List<IndexEntry> entries = new ArrayList<>();
            for (int i = 0; i < index.segments(); i++) {
                segments.add(withoutKey(index.segment(i)));
                index.entriesOf(i).forEach(each -> entries.add(withoutSource(each)));
            }
            return new IndexContents(
                    index.facts().topFolder(),
                    index.facts().archiveBytes(),
                    index.facts().archiveSha256(),
                    index.facts().entries(),
                    index.facts().provesHeaders(),
                    segments,
                    entries);
        }
    }

    /// Those of an index that is made of the archive.
    public static IndexContents rebuilt(Path archive, Path target) throws IOException {
        try (FileChannel file = FileChannel.open(archive);
                FileChannel channel =
                        FileChannel.open(
                                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            IndexRebuild.of(RangeSource.of(file), channel);
        }
        return of(target);
    }

    private static IndexedSegment withoutKey(IndexedSegment each) {
        return new IndexedSegment(
                each.offset(),
                each.packedBytes(),
                each.rawBytes(),
                each.crc32c(),
                Optional.empty());
    }

    private static IndexEntry withoutSource(IndexEntry each) {
        return new IndexEntry(
                each.path(),
                each.kind(),
                each.mode(),
                each.uid(),
                each.gid(),
                each.mtimeSeconds(),
                each.mtimeNanos(),
                each.sizeBytes(),
                each.digest(),
                each.proof(),
                each.segmentsBack(),
                each.rawOffset(),
                each.rawBytes(),
                Optional.empty());
    }
}
