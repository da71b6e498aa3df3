package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.gzip.WholeInflater;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Reads a gzip file of one or more members as one stream. Checksum and length of each member are
/// checked, nothing may stand after the last one, and what unpacks to too much for its size is
/// refused. What this server wrote is unpacked member by member by libdeflate, where that is
/// installed; all else, and what libdeflate does not take as a whole, by the JDK. One thread.
///
/// Source: RFC 1952.
final class GzipMembersInput extends InputStream {
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xe0;
    private static final int MOST_HEADER_TEXT = 64 * 1024;
    private static final int BUFFER = 64 * 1024;

    /// More than a member of ours has, unpacked or packed.
    private static final int WHOLE_MEMBER = 1 << 20;

    private static final int WHOLE_BUFFER = 2 * WHOLE_MEMBER;

    private final InputStream source;
    private final ArchiveLimits limits;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private final Optional<WholeInflater> whole;
    private final byte[] buffer;
    private final byte[] unpacked;
    private int unpackedAt;
    private int unpackedEnd;
    private int at;
    private int end;
    private boolean inMember;
    private boolean anyMember;
    private boolean ended;
    private long memberBytes;
    private long packedBytes;
    private long unpackedBytes;

    /// @param source the gzip file; closed with this stream
    /// @param own whether this server wrote it
    GzipMembersInput(InputStream source, ArchiveLimits limits, boolean own) {
        this.source = source;
        this.limits = limits;
        this.whole = own ? WholeInflater.open() : Optional.empty();
        this.buffer = new byte[whole.isPresent() ? WHOLE_BUFFER : BUFFER];
        this.unpacked = new byte[whole.isPresent() ? WHOLE_MEMBER : 0];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// @throws ArchiveException TRUNCATED, DAMAGED, or LIMIT
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (!ended) {
                if (unpackedAt < unpackedEnd) {
                    int count = Math.min(length, unpackedEnd - unpackedAt);
                    System.arraycopy(unpacked, unpackedAt, target, offset, count);
                    unpackedAt += count;
                    return count;
                }
                if (!inMember) {
                    beginMember();
                    continue;
                }
                int count = inflate(target, offset, length);
                if (count > 0) {
                    return count;
                }
            }
            return -1;
        } catch (EOFException e) {
            throw new ArchiveException(Kind.TRUNCATED, "gzip file ends inside a member", e);
        }
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        int count;
        try {
            count = inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new ArchiveException(
                    Kind.DAMAGED, "gzip data does not hold: " + e.getMessage(), e);
        }
        if (count > 0) {
            crc.update(target, offset, count);
            memberBytes += count;
            unpackedBytes += count;
            requireSaneRatio();
        } else if (inflater.finished()) {
            endMember(end - inflater.getRemaining());
        } else if (inflater.needsDictionary()) {
            throw new ArchiveException(Kind.DAMAGED, "gzip data wants a dictionary");
        } else if (at == end && !fill()) {
            throw new EOFException();
        } else {
            inflater.setInput(buffer, at, end - at);
            at = end;
        }
        return count;
    }

    private void requireSaneRatio() throws ArchiveException {
        long packed = packedBytes - (end - at) - inflater.getRemaining();
        if (unpackedBytes > limits.ratioFreeBytes() && unpackedBytes / limits.ratio() > packed) {
            throw new ArchiveException(
                    Kind.LIMIT,
                    "gzip file unpacks to more than " + limits.ratio() + " times its size");
        }
    }

    private void beginMember() throws IOException {
        if (at == end && !fill()) {
            if (!anyMember) {
                throw new EOFException();
            }
            ended = true;
            return;
        }
        headerCrc.reset();
        int first = headerByte();
        if (anyMember && (first != 0x1f || !hasMore() || (buffer[at] & 0xff) != 0x8b)) {
            throw new ArchiveException(
                    Kind.DAMAGED, "gzip file with bytes behind it that belong to no member");
        }
        if (first != 0x1f || headerByte() != 0x8b || headerByte() != 8) {
            throw malformedHeader();
        }
        int flags = headerByte();
        if ((flags & RESERVED) != 0) {
            throw malformedHeader();
        }
        for (int i = 0; i < 6; i++) {
            headerByte();
        }
        skipOptionalFields(flags);
        inflater.reset();
        crc.reset();
        memberBytes = 0;
        inMember = true;
        anyMember = true;
        if (whole.isPresent() && inflateWhole(whole.get())) {
            endMember(at);
        }
    }

    /// Unpacks the member at once; false, with nothing taken, if that cannot be.
    private boolean inflateWhole(WholeInflater inflater) throws IOException {
        while (end - at < WHOLE_MEMBER && more()) {
            // until a member of ours must be there
        }
        if (!inflater.inflate(buffer, at, end, unpacked)) {
            return false;
        }
        at += inflater.taken();
        memberBytes = inflater.given();
        unpackedBytes += memberBytes;
        crc.update(unpacked, 0, inflater.given());
        unpackedAt = 0;
        unpackedEnd = inflater.given();
        requireSaneRatio();
        return true;
    }

    /// Reads more behind what is in the buffer; false at the end of the source.
    private boolean more() throws IOException {
        if (buffer.length - end < WHOLE_MEMBER) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
        }
        int count = source.read(buffer, end, buffer.length - end);
        end += Math.max(count, 0);
        packedBytes += Math.max(count, 0);
        return count > 0;
    }

    private void skipOptionalFields(int flags) throws IOException {
        if ((flags & FEXTRA) != 0) {
            int length = headerByte() | (headerByte() << 8);
            for (int i = 0; i < length; i++) {
                headerByte();
            }
        }
        if ((flags & FNAME) != 0) {
            skipText();
        }
        if ((flags & FCOMMENT) != 0) {
            skipText();
        }
        if ((flags & FHCRC) != 0) {
            int expected = (int) headerCrc.getValue() & 0xffff;
            if ((headerByte() | (headerByte() << 8)) != expected) {
                throw malformedHeader();
            }
        }
    }

    private void skipText() throws IOException {
        for (int i = 0; headerByte() != 0; i++) {
            if (i == MOST_HEADER_TEXT) {
                throw malformedHeader();
            }
        }
    }

    private void endMember(int trailer) throws IOException {
        at = trailer;
        inMember = false;
        long expectedCrc = trailerNumber();
        long expectedLength = trailerNumber();
        if (expectedCrc != crc.getValue() || expectedLength != (memberBytes & 0xffff_ffffL)) {
            throw new ArchiveException(
                    Kind.DAMAGED, "gzip member whose checksum or length does not hold");
        }
    }

    private long trailerNumber() throws IOException {
        long number = 0;
        for (int i = 0; i < 4; i++) {
            number |= (long) nextByte() << (8 * i);
        }
        return number;
    }

    private int headerByte() throws IOException {
        int value = nextByte();
        headerCrc.update(value);
        return value;
    }

    private int nextByte() throws IOException {
        if (!hasMore()) {
            throw new EOFException();
        }
        return buffer[at++] & 0xff;
    }

    private boolean hasMore() throws IOException {
        return at < end || fill();
    }

    private boolean fill() throws IOException {
        int count = source.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(count, 0);
        packedBytes += end;
        return count > 0;
    }

    private static ArchiveException malformedHeader() {
        return new ArchiveException(Kind.DAMAGED, "gzip member with a malformed header");
    }

    @Override
    public void close() throws IOException {
        whole.ifPresent(WholeInflater::close);
        inflater.end();
        source.close();
    }
}
