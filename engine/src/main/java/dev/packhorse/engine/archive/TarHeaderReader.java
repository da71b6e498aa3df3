package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.TarFormat.BLOCK;
import static dev.packhorse.engine.archive.TarFormat.CHECKSUM;
import static dev.packhorse.engine.archive.TarFormat.CHECKSUM_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.FRACTION;
import static dev.packhorse.engine.archive.TarFormat.FRACTION_DIGITS;
import static dev.packhorse.engine.archive.TarFormat.ID_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.MAGIC;
import static dev.packhorse.engine.archive.TarFormat.NAME;
import static dev.packhorse.engine.archive.TarFormat.NAME_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.NUMBER_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.PREFIX;
import static dev.packhorse.engine.archive.TarFormat.PREFIX_LENGTH;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns a header block, and what stood before it, into a member. One thread.
///
/// Source: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
final class TarHeaderReader {
    /// star ends its prefix earlier, and says so at the end of the block.
    private static final int STAR_PREFIX_LENGTH = 131;

    private static final byte[] STAR_MARK = {'t', 'a', 'r', 0};
    private static final byte[] USTAR_MAGIC = {'u', 's', 't', 'a', 'r', 0};
    private static final long MOST_ID = 0xffff_ffffL;

    private final ArchiveLimits limits;
    private final SparseMapReader maps;

    TarHeaderReader(TarInput input, ArchiveLimits limits) {
        this.limits = limits;
        maps = new SparseMapReader(input, limits);
    }

    /// A member, and how many bytes of content follow.
    record Found(TarMember member, long contentBytes) {}

    /// Whether the block is a header whose checksum holds.
    static boolean isHeader(byte[] block) {
        long sum = 0;
        long signedSum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean inChecksum = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += inChecksum ? ' ' : block[i] & 0xff;
            signedSum += inChecksum ? ' ' : block[i];
        }
        try {
            long stored = TarNumbers.field(block, CHECKSUM, CHECKSUM_LENGTH, "checksum");
            return stored == sum || stored == signedSum;
        } catch (ArchiveException malformed) {
            return false;
        }
    }

    /// The type of a header.
    ///
    /// @throws ArchiveException DAMAGED if its checksum does not hold
    char typeOf(byte[] block) throws ArchiveException {
        if (!isHeader(block)) {
            throw new ArchiveException(Kind.DAMAGED, "tar header whose checksum does not hold");
        }
        return (char) (block[TarFormat.TYPE] & 0xff);
    }

    /// The member that a header begins; of a sparse file, the map is read from the stream.
    Found member(byte[] block, char type, TarReader.PendingHeader pending) throws IOException {
        Optional<PaxHeader> pax = pending.pax();
        ByteString name = name(block, pending);
        try {
            TarType kind = kind(type, name);
            long stored = storedBytes(block, pax);
            ByteString link = linkName(block, pending);
            Attributes attributes = attributes(block, pax);
            if (kind == TarType.FILE) {
                return file(block, type, pax, name, attributes, stored);
            }
            if (stored != 0 || (pax.isPresent() && pax.get().isSparse())) {
                throw new ArchiveException(Kind.HOSTILE, "a member of its type has no content");
            }
            boolean isLink = kind == TarType.SYMLINK || kind == TarType.HARD_LINK;
            if (isLink && (link.length() == 0 || link.length() > limits.linkBytes())) {
                throw new ArchiveException(
                        link.length() == 0 ? Kind.HOSTILE : Kind.LIMIT,
                        "link with a target of " + link.length() + " bytes");
            }
            ByteString target = isLink ? link : ByteString.of("");
            return new Found(new TarMember(name, kind, target, attributes, 0, List.of()), 0);
        } catch (ArchiveException e) {
            throw new ArchiveException(e.kind(), TarMember.show(name) + ": " + e.getMessage(), e);
        }
    }

    private Found file(
            byte[] block,
            char type,
            Optional<PaxHeader> pax,
            ByteString name,
            Attributes attributes,
            long stored)
            throws IOException {
        SparseMapReader.Holes holes = maps.read(block, type, pax, name, stored);
        if (holes.sizeBytes() > limits.entryBytes()) {
            throw new ArchiveException(Kind.LIMIT, "larger than " + limits.entryBytes() + " bytes");
        }
        TarMember member =
                new TarMember(
                        name,
                        TarType.FILE,
                        ByteString.of(""),
                        attributes,
                        holes.sizeBytes(),
                        holes.regions());
        return new Found(member, holes.contentBytes());
    }

    private static TarType kind(char type, ByteString name) throws ArchiveException {
        return switch (type) {
            case TarFormat.OLD_FILE ->
                    name.at(name.length() - 1) == '/' ? TarType.FOLDER : TarType.FILE;
            case TarFormat.FILE, TarFormat.CONTIGUOUS_FILE, TarFormat.GNU_SPARSE -> TarType.FILE;
            case TarFormat.FOLDER -> TarType.FOLDER;
            case TarFormat.SYMLINK -> TarType.SYMLINK;
            case TarFormat.HARD_LINK -> TarType.HARD_LINK;
            case TarFormat.FIFO -> TarType.FIFO;
            case TarFormat.CHARACTER_DEVICE, TarFormat.BLOCK_DEVICE -> TarType.DEVICE;
            default ->
                    throw new ArchiveException(
                            Kind.HOSTILE,
                            "member of unknown type "
                                    + ByteString.of(new byte[] {(byte) type}).display());
        };
    }

    private long storedBytes(byte[] block, Optional<PaxHeader> pax) throws ArchiveException {
        Optional<Long> declared =
                pax.isPresent() ? pax.get().number(PaxKeys.SIZE) : Optional.empty();
        long size =
                declared.isPresent()
                        ? declared.get()
                        : TarNumbers.field(block, TarFormat.SIZE, NUMBER_LENGTH, "size");
        if (size < 0) {
            throw new ArchiveException(Kind.HOSTILE, "negative size");
        }
        return size;
    }

    private ByteString name(byte[] block, TarReader.PendingHeader pending) throws ArchiveException {
        Optional<PaxHeader> pax = pending.pax();
        Optional<ByteString> sparse =
                pax.flatMap(header -> header.value("GNU.sparse.name")).map(ByteString::of);
        ByteString name =
                sparse.isPresent()
                        ? sparse.get()
                        : longer(pax.flatMap(header -> header.value(PaxKeys.PATH)), pending.name())
                                .orElseGet(() -> shortName(block));
        if (name.length() == 0) {
            throw new ArchiveException(Kind.HOSTILE, "member without a name");
        }
        return name;
    }

    private static ByteString linkName(byte[] block, TarReader.PendingHeader pending)
            throws ArchiveException {
        return longer(
                        pending.pax().flatMap(header -> header.value(PaxKeys.LINK_PATH)),
                        pending.link())
                .orElseGet(() -> text(block, TarFormat.LINK_NAME, NAME_LENGTH));
    }

    /// The name of an extended header or of a GNU long name; readers differ in which one wins, so
    /// both at once must agree.
    private static Optional<ByteString> longer(Optional<byte[]> pax, Optional<ByteString> gnu)
            throws ArchiveException {
        Optional<ByteString> first = pax.map(ByteString::of);
        if (first.isPresent() && gnu.isPresent() && !first.equals(gnu)) {
            throw new ArchiveException(Kind.HOSTILE, "member with two different long names");
        }
        return first.isPresent() ? first : gnu;
    }

    private static ByteString shortName(byte[] block) {
        ByteString name = text(block, NAME, NAME_LENGTH);
        if (!matches(block, MAGIC, USTAR_MAGIC)) {
            return name;
        }
        boolean star = matches(block, BLOCK - STAR_MARK.length, STAR_MARK);
        ByteString prefix = text(block, PREFIX, star ? STAR_PREFIX_LENGTH : PREFIX_LENGTH);
        return prefix.length() == 0 ? name : prefix.concat(ByteString.of("/")).concat(name);
    }

    private static boolean matches(byte[] block, int offset, byte[] wanted) {
        return Arrays.equals(block, offset, offset + wanted.length, wanted, 0, wanted.length);
    }

    private static ByteString text(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return ByteString.of(Arrays.copyOfRange(block, offset, end));
    }

    private static Attributes attributes(byte[] block, Optional<PaxHeader> pax)
            throws ArchiveException {
        int mode = (int) TarNumbers.field(block, TarFormat.MODE, ID_LENGTH, "mode") & 07777;
        int uid = id(block, TarFormat.UID, pax, PaxKeys.UID);
        int gid = id(block, TarFormat.GID, pax, PaxKeys.GID);
        Optional<byte[]> time = pax.flatMap(header -> header.value(PaxKeys.MTIME));
        PaxTime mtime =
                time.isPresent()
                        ? PaxTime.parse(time.get())
                        : new PaxTime(
                                TarNumbers.field(block, TarFormat.MTIME, NUMBER_LENGTH, "time"),
                                fraction(block));
        return new Attributes(
                mode,
                uid,
                gid,
                mtime.seconds(),
                mtime.nanos(),
                pax.map(PaxHeader::xattrs).orElse(Map.of()));
    }

    /// The fraction of the time in nanoseconds that [UstarBlock#fraction] left; 0 where anything
    /// else stands there.
    private static int fraction(byte[] block) {
        int end = FRACTION + 1 + FRACTION_DIGITS;
        if (block[FRACTION] != '.'
                || block[end] != 0
                || block[end + 1] != 0
                || !matches(block, MAGIC, USTAR_MAGIC)) {
            return 0;
        }
        int nanos = 0;
        for (int i = FRACTION + 1; i < end; i++) {
            if (block[i] < '0' || block[i] > '9') {
                return 0;
            }
            nanos = 10 * nanos + block[i] - '0';
        }
        return nanos;
    }

    /// An id of 32 bits.
    private static int id(byte[] block, int offset, Optional<PaxHeader> pax, String key)
            throws ArchiveException {
        Optional<Long> declared = pax.isPresent() ? pax.get().number(key) : Optional.empty();
        long id =
                declared.isPresent()
                        ? declared.get()
                        : TarNumbers.field(block, offset, ID_LENGTH, key);
        if (id < 0 || id > MOST_ID) {
            throw new ArchiveException(Kind.HOSTILE, "absurd " + key);
        }
        return (int) id;
    }
}
