package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.TarFormat.BLOCK;
import static dev.packhorse.engine.archive.TarFormat.NUMBER_LENGTH;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds where the data of a regular file lies, in the four ways that tar knows to say it. One
/// thread.
///
/// Source: GNU tar manual, "Storing Sparse Files" (old GNU format, PAX 0.0, 0.1 and 1.0).
final class SparseMapReader {
    private static final int OLD_MAP = 386;
    private static final int OLD_PIECES = 4;
    private static final int OLD_MORE = 482;
    private static final int OLD_REAL_SIZE = 483;
    private static final int MORE_PIECES = 21;
    private static final int MORE_MORE = 504;

    private final TarInput input;
    private final ArchiveLimits limits;

    SparseMapReader(TarInput input, ArchiveLimits limits) {
        this.input = input;
        this.limits = limits;
    }

    /// A file's logical size, its data regions if it has holes, and how many bytes of content
    /// follow in the stream.
    record Holes(long sizeBytes, List<DataRegion> regions, long contentBytes) {}

    Holes read(byte[] block, char type, Optional<PaxHeader> pax, ByteString member, long stored)
            throws IOException {
        boolean inPax = pax.isPresent() && pax.get().isSparse();
        if (type == TarFormat.GNU_SPARSE) {
            if (inPax) {
                throw new ArchiveException(Kind.HOSTILE, "sparse file in two formats at once");
            }
            return old(block, member, stored);
        }
        return inPax ? pax(pax.get(), member, stored) : new Holes(stored, List.of(), stored);
    }

    private Holes old(byte[] block, ByteString member, long stored) throws IOException {
        long size = TarNumbers.field(block, OLD_REAL_SIZE, NUMBER_LENGTH, "sparse size");
        List<DataRegion> regions = new ArrayList<>();
        pieces(block, OLD_MAP, OLD_PIECES, regions);
        boolean more = block[OLD_MORE] != 0;
        byte[] extension = new byte[BLOCK];
        while (more) {
            if (!input.readBlock(extension)) {
                throw TarInput.truncated(member);
            }
            pieces(extension, 0, MORE_PIECES, regions);
            more = extension[MORE_MORE] != 0;
        }
        return checked(size, regions, stored);
    }

    private void pieces(byte[] block, int offset, int most, List<DataRegion> regions)
            throws ArchiveException {
        for (int i = 0; i < most; i++) {
            int at = offset + i * 2 * NUMBER_LENGTH;
            if (block[at + NUMBER_LENGTH] == 0) {
                return;
            }
            long from = TarNumbers.field(block, at, NUMBER_LENGTH, "sparse map");
            long length = TarNumbers.field(block, at + NUMBER_LENGTH, NUMBER_LENGTH, "sparse map");
            add(regions, from, length);
        }
    }

    private Holes pax(PaxHeader header, ByteString member, long stored) throws IOException {
        Optional<Long> realSize = header.number("GNU.sparse.realsize");
        long size =
                (realSize.isPresent() ? realSize : header.number("GNU.sparse.size"))
                        .orElseThrow(() ->
                                new ArchiveException(Kind.HOSTILE, "sparse file without size"));
        Optional<Long> major = header.number("GNU.sparse.major");
        Optional<Long> minor = header.number("GNU.sparse.minor");
        if (major.isEmpty() || major.get() == 0) {
            return checked(size, header.oldMap(), stored);
        }
        if (major.get() != 1 || minor.orElse(0L) != 0) {
            throw new ArchiveException(
                    Kind.HOSTILE,
                    "sparse file of unknown format " + major.get() + "." + minor.orElse(0L));
        }
        MapText text = new MapText(member, stored);
        long count = text.number();
        List<DataRegion> regions = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            add(regions, text.number(), text.number());
        }
        return checked(size, regions, stored - text.bytesRead);
    }

    private void add(List<DataRegion> regions, long from, long length) throws ArchiveException {
        if (regions.size() >= limits.sparsePieces()) {
            throw new ArchiveException(
                    Kind.LIMIT, "sparse map with more than " + limits.sparsePieces() + " pieces");
        }
        if (from < 0 || length < 0) {
            throw new ArchiveException(Kind.HOSTILE, "sparse map with negative numbers");
        }
        regions.add(PaxHeader.region(from, length));
    }

    private static Holes checked(long size, List<DataRegion> regions, long contentBytes)
            throws ArchiveException {
        if (size < 0) {
            throw new ArchiveException(Kind.HOSTILE, "negative sparse size");
        }
        return new Holes(size, SparseMap.judged(regions, size, contentBytes), contentBytes);
    }

    /// The lines of numbers before a sparse file's content, in whole blocks.
    private final class MapText {
        private final byte[] block = new byte[BLOCK];
        private final ByteString member;
        private final long stored;
        private int at = BLOCK;
        private long bytesRead;

        MapText(ByteString member, long stored) {
            this.member = member;
            this.stored = stored;
        }

        long number() throws IOException {
            byte[] digits = new byte[20];
            int length = 0;
            for (byte next = next(); next != '\n'; next = next()) {
                if (length == digits.length) {
                    throw new ArchiveException(Kind.HOSTILE, "sparse map with an absurd number");
                }
                digits[length++] = next;
            }
            return TarNumbers.decimal(digits, 0, length, "sparse map");
        }

        private byte next() throws IOException {
            if (at == BLOCK) {
                if (bytesRead + BLOCK > stored) {
                    throw new ArchiveException(Kind.HOSTILE, "sparse map longer than its member");
                }
                if (!input.readBlock(block)) {
                    throw TarInput.truncated(member);
                }
                bytesRead += BLOCK;
                at = 0;
            }
            return block[at++];
        }
    }
}
