package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/// Compares the content of a file with the digest that the index has of it, while somebody reads
/// it. Of a file in more than one segment nothing is compared: its digest is made of the segments',
/// and each of these is checked when it is unpacked.
///
/// @param content what is to be read
/// @param digest what was read so far
/// @param wanted what it must be in the end, empty for nothing
record ContentProof(InputStream content, MessageDigest digest, ByteString wanted) {
    private static final int BLOCK = 1 << 14;

    static ContentProof of(IndexEntry entry, InputStream content) {
        boolean compared = entry.kind() == EntryKind.FILE && entry.segmentsBack() == 0;
        MessageDigest digest = Digests.sha256();
        return compared
                ? new ContentProof(new DigestInputStream(content, digest), digest, entry.digest())
                : new ContentProof(content, digest, ByteString.of(""));
    }

    /// Reads what nobody has read, and compares.
    void require(BytePath path) throws IOException {
        if (wanted.length() == 0) {
            return;
        }
        byte[] block = new byte[BLOCK];
        int count = content.read(block);
        while (count >= 0) {
            count = content.read(block);
        }
        if (!ByteString.of(digest.digest()).equals(wanted)) {
            throw new ArchiveException(
                    Kind.DAMAGED, path + ": its content has not the digest that the index has");
        }
    }
}
