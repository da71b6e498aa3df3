package dev.packhorse.engine.index;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The entries of one segment as bytes that do not depend on where the segment lies, so that they
/// go along unchanged when the segment is taken over.
final class EntryCodec {
    private static final int HAS_DIGEST = 1;
    private static final int HAS_SOURCE = 2;

    /// Above the kind, where indexes of the first version have nothing.
    private static final int HAS_PROOF = 16;

    private static final int DIGEST_BYTES = 32;

    private EntryCodec() {}

    static byte[] encode(List<IndexEntry> entries) {
        ByteWriter out = new ByteWriter();
        byte[] before = new byte[0];
        for (IndexEntry entry : entries) {
            byte[] path = entry.path().value().toBytes();
            int shared = java.util.Arrays.mismatch(before, path);
            shared = shared < 0 ? path.length : shared;
            out.number(shared);
            out.number(path.length - shared);
            out.bytes(path, shared, path.length - shared);
            before = path;
            encodeFacts(entry, out);
        }
        return out.toBytes();
    }

    private static void encodeFacts(IndexEntry entry, ByteWriter out) {
        int flags =
                (entry.digest().length() == 0 ? 0 : HAS_DIGEST)
                        | (entry.source().isEmpty() ? 0 : HAS_SOURCE)
                        | (entry.proof().length() == 0 ? 0 : HAS_PROOF);
        out.number(entry.kind().code() << 2 | flags);
        out.number(entry.mode());
        out.number(Integer.toUnsignedLong(entry.uid()));
        out.number(Integer.toUnsignedLong(entry.gid()));
        out.signed(entry.mtimeSeconds());
        out.number(entry.mtimeNanos());
        out.number(entry.sizeBytes());
        out.number(entry.segmentsBack());
        out.number(entry.rawOffset());
        out.number(entry.rawBytes());
        if (entry.digest().length() != 0) {
            out.bytes(entry.digest().toBytes());
        }
        out.bytes(entry.proof().toBytes());
        entry.source()
                .ifPresent(source -> {
                    out.number(source.device());
                    out.number(source.inode());
                    out.signed(source.ctimeSeconds());
                    out.number(source.ctimeNanos());
                });
    }

    static List<IndexEntry> decode(byte[] blob) throws IndexException {
        return decode(new ByteReader(blob));
    }

    static List<IndexEntry> decode(ByteReader in) throws IndexException {
        List<IndexEntry> entries = new ArrayList<>();
        byte[] before = new byte[0];
        try {
            while (in.hasMore()) {
                int shared = in.count(before.length);
                byte[] rest = in.text();
                byte[] path = java.util.Arrays.copyOf(before, shared + rest.length);
                System.arraycopy(rest, 0, path, shared, rest.length);
                before = path;
                entries.add(decodeFacts(new BytePath(ByteString.of(path)), in));
            }
        } catch (IllegalArgumentException e) {
            throw new IndexException("the index is damaged: " + e.getMessage(), e);
        }
        return entries;
    }

    private static IndexEntry decodeFacts(BytePath path, ByteReader in) throws IndexException {
        int head = in.count(0xff);
        int mode = in.count(07777);
        int uid = (int) in.number();
        int gid = (int) in.number();
        long mtimeSeconds = in.signed();
        int mtimeNanos = in.count(999_999_999);
        long sizeBytes = in.size();
        int segmentsBack = in.count(Integer.MAX_VALUE);
        long rawOffset = in.size();
        long rawBytes = in.size();
        ByteString digest = digest(in, head & HAS_DIGEST);
        ByteString proof = digest(in, head & HAS_PROOF);
        Optional<IndexEntry.Source> source = Optional.empty();
        if ((head & HAS_SOURCE) != 0) {
            long device = in.number();
            long inode = in.number();
            long ctimeSeconds = in.signed();
            source =
                    Optional.of(
                            new IndexEntry.Source(
                                    device, inode, ctimeSeconds, in.count(999_999_999)));
        }
        return new IndexEntry(
                path,
                EntryKind.of((head & ~HAS_PROOF) >>> 2),
                mode,
                uid,
                gid,
                mtimeSeconds,
                mtimeNanos,
                sizeBytes,
                digest,
                proof,
                segmentsBack,
                rawOffset,
                rawBytes,
                source);
    }

    private static ByteString digest(ByteReader in, int isThere) throws IndexException {
        return ByteString.of(isThere == 0 ? new byte[0] : in.bytes(DIGEST_BYTES));
    }
}
