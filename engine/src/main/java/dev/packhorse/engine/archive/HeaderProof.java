package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A digest of what a member's headers say and the other columns of an index do not: where a link
/// leads, extended attributes with access lists among them, and where the holes of a file are. Most
/// members have none of it, and no digest.
final class HeaderProof {
    static final ByteString NONE = ByteString.of(new byte[0]);

    private final MessageDigest digest = Digests.sha256();

    private HeaderProof() {}

    /// The digest for an entry.
    ///
    /// @return a SHA-256, or [#NONE] for a member of which there is nothing more to say
    static ByteString of(ArchiveEntry entry) {
        ByteString target = target(entry);
        List<DataRegion> regions = regions(entry);
        Map<ByteString, ByteString> xattrs = new TreeMap<>(entry.attributes().xattrs());
        if (target.length() == 0 && regions.isEmpty() && xattrs.isEmpty()) {
            return NONE;
        }
        HeaderProof proof = new HeaderProof();
        proof.text(target);
        proof.number(regions.size());
        for (DataRegion region : regions) {
            proof.number(region.offset());
            proof.number(region.length());
        }
        proof.number(xattrs.size());
        xattrs.forEach((name, value) -> {
            proof.text(name);
            proof.text(value);
        });
        return ByteString.of(proof.digest.digest());
    }

    private static ByteString target(ArchiveEntry entry) {
        return switch (entry) {
            case ArchiveEntry.SymbolicLink link -> link.target();
            case ArchiveEntry.HardLink link -> link.target().value();
            case ArchiveEntry.RegularFile _, ArchiveEntry.Folder _ -> NONE;
        };
    }

    private static List<DataRegion> regions(ArchiveEntry entry) {
        return entry instanceof ArchiveEntry.RegularFile file && SparseMap.hasHoles(file)
                ? SparseMap.normalised(file.data(), file.sizeBytes())
                : List.of();
    }

    /// The length goes first, so that no two lists of texts look alike.
    private void text(ByteString text) {
        number(text.length());
        digest.update(text.toBytes());
    }

    private void number(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }
}
