package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.index.SegmentReader;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/// An archive that is read by its index: listing costs nothing of the archive, and a file only the
/// segments that hold it. One thread.
public final class IndexedArchive implements AutoCloseable {
    /// Two blocks of zeros end a tar archive.
    private static final int END_BYTES = 1024;

    private static final int PASSED_AT_ONCE = 64 << 10;

    private final ArchiveIndex index;
    private final ByteString top;
    private final SegmentReader segments;
    private int heldNumber = -1;
    private byte[] held = new byte[0];

    /// @param archive the archive file; stays the caller's
    /// @param index its index
    public IndexedArchive(RangeSource archive, ArchiveIndex index) {
        this.index = index;
        this.top = ByteString.of(index.facts().topFolder() + "/");
        this.segments = new SegmentReader(archive, index);
    }

    /// Visits the entries of a folder, or the entry of anything else; with an empty path those at
    /// the top.
    ///
    /// @param deep whether all below comes too, instead of what lies right in the folder
    /// @return how many there were
    public long list(Optional<BytePath> path, boolean deep, ArchiveIndex.Visitor visitor)
            throws IOException {
        long[] count = {0};
        ArchiveIndex.Visitor chosen =
                each -> {
                    if (isListed(each.entry(), path, deep)) {
                        count[0]++;
                        visitor.visit(each);
                    }
                };
        if (path.isPresent()) {
            index.forEach(path.get(), chosen);
        } else {
            index.forEach(chosen);
        }
        return count[0];
    }

    private static boolean isListed(IndexEntry entry, Optional<BytePath> path, boolean deep) {
        int depth = entry.path().names().size();
        if (path.isEmpty()) {
            return deep || depth == 1;
        }
        int wanted = path.get().names().size();
        boolean itself = depth == wanted;
        return deep || (itself ? entry.kind() != EntryKind.FOLDER : depth == wanted + 1);
    }

    /// Writes a file's content, holes as zeros.
    ///
    /// @throws ArchiveException ABSENT if there is no such file, or it is something else
    public void copy(BytePath path, OutputStream target) throws IOException {
        ArchiveIndex.Located found =
                index.find(path)
                        .orElseThrow(() ->
                                new ArchiveException(Kind.ABSENT, path + ": not in the archive"));
        if (found.entry().kind() == EntryKind.HARD_LINK) {
            copy(firstName(found), target);
            return;
        }
        if (found.entry().kind() != EntryKind.FILE) {
            throw new ArchiveException(
                    Kind.ABSENT, path + ": is not a file but a " + word(found.entry().kind()));
        }
        TarReader reader = reader(found);
        TarMember member = member(reader, found.entry());
        ContentProof proof = proof(found, reader, member);
        LogicalContent.copy(member, proof.content(), target);
        proof.require();
    }

    /// Writes the entries at and below a path as a tar archive of their own, as they lie in this
    /// one: with its top folder in their names, and owners by number. A further name of a file that
    /// lies elsewhere is left out, since a reader could not make it.
    ///
    /// @param leftOut told of each of those
    /// @throws ArchiveException ABSENT if there is no such path, DAMAGED if the archive does not
    ///   hold what the index says; what was written until then has no end, by which readers know
    public void copyTar(BytePath path, OutputStream target, Consumer<BytePath> leftOut)
            throws IOException {
        long[] count = {0};
        index.forEach(
                path,
                found -> {
                    count[0]++;
                    copyRaw(found, path, target, leftOut);
                });
        if (count[0] == 0) {
            throw new ArchiveException(Kind.ABSENT, path + ": not in the archive");
        }
        target.write(new byte[END_BYTES]);
    }

    private void copyRaw(
            ArchiveIndex.Located found,
            BytePath path,
            OutputStream target,
            Consumer<BytePath> leftOut)
            throws IOException {
        boolean link = found.entry().kind() == EntryKind.HARD_LINK;
        ByteArrayOutputStream held = new ByteArrayOutputStream();
        InputStream raw = new Copied(new RawRange(found), link ? held : target);
        TarReader reader = new TarReader(raw, ArchiveLimits.OWN);
        TarMember member = member(reader, found.entry());
        if (link && below(member.linkName()).filter(first -> first.startsWith(path)).isEmpty()) {
            leftOut.accept(found.entry().path());
            return;
        }
        proof(found, reader, member).require();
        // what fills the last block
        raw.transferTo(OutputStream.nullOutputStream());
        held.writeTo(target);
    }

    /// Bytes that go on to somebody else as they are read.
    private static final class Copied extends FilterInputStream {
        private final OutputStream target;

        Copied(InputStream source, OutputStream target) {
            super(source);
            this.target = target;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            if (count > 0) {
                target.write(bytes, offset, count);
            }
            return count;
        }

        /// What is passed over goes on, too.
        @Override
        public long skip(long count) throws IOException {
            byte[] block = new byte[(int) Math.min(count, PASSED_AT_ONCE)];
            return block.length == 0 ? 0 : Math.max(0, read(block, 0, block.length));
        }
    }

    /// Visits the entries at and below a path with their content, in the archive's order.
    ///
    /// @throws ArchiveException if the archive does not hold what the index says
    void forEach(BytePath below, ArchiveSource.EntryVisitor visitor) throws IOException {
        index.forEach(
                below,
                found -> {
                    BytePath path = found.entry().path();
                    TarReader reader = reader(found);
                    TarMember member = member(reader, found.entry());
                    ContentProof proof = proof(found, reader, member);
                    visitor.visit(MemberEntry.of(member, path, top), proof.content());
                    proof.require();
                });
    }

    /// What is asked of the index.
    ArchiveIndex index() {
        return index;
    }

    /// Neighbours lie in one segment, which is unpacked once for them.
    private byte[] segment(int number) throws IOException {
        if (number != heldNumber) {
            held = segments.read(number);
            heldNumber = number;
        }
        return held;
    }

    private static String word(EntryKind kind) {
        return switch (kind) {
            case FOLDER -> "folder";
            case SYMLINK -> "symbolic link";
            case FILE, HARD_LINK -> "file";
        };
    }

    private BytePath firstName(ArchiveIndex.Located link) throws IOException {
        BytePath path = link.entry().path();
        TarMember member = member(reader(link), link.entry());
        return below(member.linkName())
                .filter(first -> !first.equals(path))
                .orElseThrow(
                        () -> new ArchiveException(Kind.DAMAGED, path + ": a link to nothing"));
    }

    private TarReader reader(ArchiveIndex.Located entry) {
        return new TarReader(new RawRange(entry), ArchiveLimits.OWN);
    }

    /// A member's path without the top folder.
    private Optional<BytePath> below(ByteString name) throws ArchiveException {
        return MemberEntry.below(name, top);
    }

    /// Of the member whose headers were just read.
    private ContentProof proof(ArchiveIndex.Located found, TarReader reader, TarMember member) {
        long[] ends = new long[found.entry().segmentsBack()];
        long end = -found.entry().rawOffset() - reader.position();
        for (int i = 0; i < ends.length; i++) {
            end += index.segment(found.segment() + i).rawBytes();
            ends[i] = end;
        }
        return new ContentProof(
                found.entry(), reader.content(), LogicalContent.storedBytes(member), ends);
    }

    private TarMember member(TarReader reader, IndexEntry entry) throws IOException {
        BytePath path = entry.path();
        TarMember member =
                reader.next()
                        .orElseThrow(() ->
                                new ArchiveException(
                                        Kind.DAMAGED, path + ": the index points at nothing"));
        boolean same = below(member.name()).filter(path::equals).isPresent();
        if (!same) {
            throw new ArchiveException(
                    Kind.DAMAGED, path + ": the index points at " + member.shown());
        }
        IndexedFacts.requireSame(member, entry);
        if (index.facts().provesHeaders()) {
            IndexedFacts.requireProven(MemberEntry.of(member, path, top), entry);
        }
        return member;
    }

    /// How many bytes of the archive were read so far.
    public long bytesRead() {
        return segments.bytesRead();
    }

    @Override
    public void close() {
        segments.close();
    }

    /// The unpacked bytes of one entry: headers, content and filling.
    private final class RawRange extends InputStream {
        private int segment;
        private byte[] bytes = new byte[0];
        private int at;
        private long skip;
        private long left;

        RawRange(ArchiveIndex.Located entry) {
            segment = entry.segment();
            skip = entry.entry().rawOffset();
            left = entry.entry().rawBytes();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            if (length == 0) {
                return 0;
            }
            while (at == bytes.length) {
                if (segment >= index.segments()) {
                    return -1;
                }
                bytes = segment(segment++);
                at = (int) Math.min(skip, bytes.length);
                skip = 0;
            }
            int count = (int) Math.min(left, Math.min(length, bytes.length - at));
            System.arraycopy(bytes, at, target, offset, count);
            at += count;
            left -= count;
            return count;
        }
    }
}
