package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;

/// Makes index entries of archive entries.
final class EntryRecord {
    static final ByteString NO_DIGEST = ByteString.of(new byte[0]);

    private EntryRecord() {}

    /// @param offset where the headers begin in the first segment
    /// @param bytes headers, content and filling
    /// @param source the file behind it
    static IndexEntry of(
            ArchiveEntry entry,
            ByteString digest,
            int segmentsBack,
            long offset,
            long bytes,
            Optional<SourceFile> source) {
        Attributes attributes = entry.attributes();
        return new IndexEntry(
                entry.path(),
                kind(entry),
                attributes.mode(),
                attributes.uid(),
                attributes.gid(),
                attributes.mtimeSeconds(),
                attributes.mtimeNanos(),
                entry instanceof ArchiveEntry.RegularFile file ? file.sizeBytes() : 0,
                digest,
                HeaderProof.of(entry),
                segmentsBack,
                offset,
                bytes,
                source.map(SourceFile::identity));
    }

    private static EntryKind kind(ArchiveEntry entry) {
        return switch (entry) {
            case ArchiveEntry.RegularFile _ -> EntryKind.FILE;
            case ArchiveEntry.Folder _ -> EntryKind.FOLDER;
            case ArchiveEntry.SymbolicLink _ -> EntryKind.SYMLINK;
            case ArchiveEntry.HardLink _ -> EntryKind.HARD_LINK;
        };
    }
}
