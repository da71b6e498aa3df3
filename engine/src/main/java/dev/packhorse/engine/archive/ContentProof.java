package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Compares the content of a file with the digest that the index has of it, while somebody reads
/// it: the last bytes are given out only if all are right, so that who puts a file in its place
/// after reading it never puts a wrong one there. The digest of a file in more than one segment is
/// made of those of its parts, so the content is cut where the segments end. One thread.
final class ContentProof {
    private static final int BLOCK = 1 << 14;

    private final BytePath path;
    private final InputStream source;
    private final long total;
    private final ByteString wanted;
    private final long[] ends;
    private final MessageDigest part = Digests.sha256();
    private final MessageDigest whole = Digests.sha256();
    private final InputStream content = new Digested();
    private int ended;
    private long at;
    private boolean compared;

    /// @param entry what the index says
    /// @param source the content
    /// @param total bytes of the content
    /// @param ends where in the content each of the entry's segments but the last ends; zero or
    ///   less for one that holds nothing of it
    ContentProof(IndexEntry entry, InputStream source, long total, long[] ends) {
        this.path = entry.path();
        this.source = source;
        this.total = total;
        this.wanted = entry.kind() == EntryKind.FILE ? entry.digest() : EntryRecord.NO_DIGEST;
        this.ends = ends;
    }

    /// What is to be read.
    InputStream content() {
        return wanted.length() == 0 ? source : content;
    }

    /// Reads what nobody has read, and compares.
    ///
    /// @throws ArchiveException DAMAGED if it differs
    void require() throws IOException {
        if (wanted.length() == 0) {
            return;
        }
        byte[] block = new byte[BLOCK];
        int count = content.read(block);
        while (count >= 0) {
            count = content.read(block);
        }
        compare();
    }

    private void compare() throws ArchiveException {
        if (!compared && !ByteString.of(digest()).equals(wanted)) {
            throw new ArchiveException(
                    Kind.DAMAGED, path + ": its content has not the digest that the index has");
        }
        compared = true;
    }

    private byte[] digest() {
        if (ends.length == 0) {
            return part.digest();
        }
        while (ended <= ends.length) {
            endPart();
        }
        return whole.digest();
    }

    private void endPart() {
        whole.update(part.digest());
        ended++;
    }

    /// Reads never cross the end of a part.
    private final class Digested extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (!compared && ended < ends.length && ends[ended] <= at) {
                endPart();
            }
            long room = ended < ends.length ? ends[ended] - at : length;
            int count = source.read(target, offset, (int) Math.min(length, room));
            if (count > 0) {
                part.update(target, offset, count);
                at += count;
                if (at == total) {
                    compare();
                }
            }
            return count;
        }
    }
}
