package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.TarFormat.BLOCK;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a tar stream member by member: ustar, GNU and PAX. Meant for streams that somebody made to
/// do harm: every number is checked before it is used, nothing is kept that a limit does not bound,
/// and what two readers might understand differently is refused. Names are not judged here. One
/// thread.
final class TarReader {
    private static final ByteString EXTENDED_HEADER = ByteString.of("an extended header");

    private final TarInput input;
    private final ArchiveLimits limits;
    private final TarHeaderReader headers;
    private final byte[] block = new byte[BLOCK];
    private Content content = new Content(ByteString.of("archive"), 0);
    private int padding;
    private boolean ended;

    /// @param source the unpacked stream; not closed by the reader
    TarReader(InputStream source, ArchiveLimits limits) {
        input = new TarInput(source);
        this.limits = limits;
        headers = new TarHeaderReader(input, limits);
    }

    /// The next member, empty after the end marks; what is left of the last member's content is
    /// skipped. After the end marks the stream has been read to its end.
    ///
    /// @throws ArchiveException if the stream is cut short, damaged, hostile, or beyond a limit
    Optional<TarMember> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        content.skipRest();
        input.skip(padding, content.member);
        padding = 0;
        PendingHeader pending = new PendingHeader();
        while (true) {
            if (!input.readBlock(block)) {
                throw new ArchiveException(
                        Kind.TRUNCATED, "archive ends without the end marks of a tar file");
            }
            if (isZero(block)) {
                pending.requireNothing();
                readEnd();
                return Optional.empty();
            }
            char type = headers.typeOf(block);
            switch (type) {
                case TarFormat.PAX ->
                        pending.pax(PaxHeader.parse(metaContent(limits.paxBytes()), limits));
                case TarFormat.PAX_GLOBAL -> refuseGlobalNames(metaContent(limits.paxBytes()));
                case TarFormat.GNU_LONG_NAME ->
                        pending.longName(text(metaContent(limits.longNameBytes())));
                case TarFormat.GNU_LONG_LINK ->
                        pending.longLink(text(metaContent(limits.longNameBytes())));
                default -> {
                    return Optional.of(begin(headers.member(block, type, pending)));
                }
            }
        }
    }

    /// The content of the current member: a regular file's bytes without its holes. Valid until the
    /// next call of [#next()].
    InputStream content() {
        return content;
    }

    /// Where in the stream the reader stands, in bytes: right after [#next()], the first byte of
    /// the member's content.
    long position() {
        return input.position();
    }

    private TarMember begin(TarHeaderReader.Found found) {
        TarMember member = found.member();
        content = new Content(member.name(), found.contentBytes());
        padding = TarFormat.padding(found.contentBytes());
        return member;
    }

    /// The content of a header that describes the next one.
    private byte[] metaContent(int most) throws IOException {
        long size = TarNumbers.field(block, TarFormat.SIZE, TarFormat.NUMBER_LENGTH, "size");
        if (size < 0) {
            throw new ArchiveException(Kind.HOSTILE, "extended header of negative size");
        }
        if (size > most) {
            throw new ArchiveException(
                    Kind.LIMIT, "extended header or long name of " + size + " bytes");
        }
        byte[] bytes = new byte[(int) size];
        if (size > 0 && !input.readBlock(bytes)) {
            throw TarInput.truncated(EXTENDED_HEADER);
        }
        input.skip(TarFormat.padding(size), EXTENDED_HEADER);
        return bytes;
    }

    /// A long name without the NUL that ends it.
    private static ByteString text(byte[] content) throws ArchiveException {
        int end = content.length;
        while (end > 0 && content[end - 1] == 0) {
            end--;
        }
        ByteString text = ByteString.of(content).substring(0, end);
        if (text.indexOf('\0', 0) >= 0) {
            throw new ArchiveException(Kind.HOSTILE, "long name with a NUL inside");
        }
        return text;
    }

    /// A global header may describe the archive, but no member.
    private void refuseGlobalNames(byte[] bytes) throws ArchiveException {
        PaxHeader header = PaxHeader.parse(bytes, limits);
        for (String key : new String[] {PaxKeys.PATH, PaxKeys.LINK_PATH, PaxKeys.SIZE}) {
            if (header.value(key).isPresent()) {
                throw new ArchiveException(
                        Kind.HOSTILE, "global extended header that sets the " + key + " of all");
            }
        }
        if (header.isSparse()) {
            throw new ArchiveException(
                    Kind.HOSTILE, "global extended header that makes all files sparse");
        }
    }

    /// One block of zeros was read: another must follow, and nothing else but zeros.
    private void readEnd() throws IOException {
        ended = true;
        if (!input.readBlock(block)) {
            throw new ArchiveException(
                    Kind.TRUNCATED, "archive ends after one of the two end marks of a tar file");
        }
        do {
            if (!isZero(block)) {
                throw new ArchiveException(
                        Kind.HOSTILE, "archive goes on after the end marks of a tar file");
            }
        } while (input.readBlock(block));
    }

    private static boolean isZero(byte[] bytes) {
        for (byte each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /// Names and records that wait for the member they describe.
    static final class PendingHeader {
        private @Nullable PaxHeader pax;
        private @Nullable ByteString name;
        private @Nullable ByteString link;

        Optional<PaxHeader> pax() {
            return Optional.ofNullable(pax);
        }

        Optional<ByteString> name() {
            return Optional.ofNullable(name);
        }

        Optional<ByteString> link() {
            return Optional.ofNullable(link);
        }

        private void pax(PaxHeader header) throws ArchiveException {
            requireFirst(pax == null);
            pax = header;
        }

        private void longName(ByteString text) throws ArchiveException {
            requireFirst(name == null);
            name = text;
        }

        private void longLink(ByteString text) throws ArchiveException {
            requireFirst(link == null);
            link = text;
        }

        private static void requireFirst(boolean first) throws ArchiveException {
            if (!first) {
                throw new ArchiveException(Kind.HOSTILE, "member with two headers of one kind");
            }
        }

        private void requireNothing() throws ArchiveException {
            if (pax != null || name != null || link != null) {
                throw new ArchiveException(
                        Kind.DAMAGED, "extended header without the member it describes");
            }
        }
    }

    /// The bytes of one member.
    private final class Content extends InputStream {
        private final ByteString member;
        private long left;

        Content(ByteString member, long bytes) {
            this.member = member;
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (this != content) {
                throw new IOException(
                        "content of " + TarMember.show(member) + " is read after the next member");
            }
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int count = input.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw TarInput.truncated(member);
            }
            left -= count;
            return count;
        }

        @Override
        public int available() {
            return (int) Math.min(left, Integer.MAX_VALUE);
        }

        private void skipRest() throws IOException {
            input.skip(left, member);
            left = 0;
        }
    }
}
