package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the digest of a tree from the members that pass through to another sink, so that what was
/// digested is what the other sink got. The digest is the one that [TreeWriter] gives for the tree,
/// see `docs/archive-format.md`.
///
/// Every member of the tree is to be added once, in any order, but a hard link after the name that
/// it links to. Memory does not grow with the number of members. One thread.
public final class DigestingSink implements ArchiveSink, AutoCloseable {
    private static final int REMEMBERED = 50_000;

    private final ArchiveSink sink;
    private final Directory tree;
    private final LineSorter lines;
    private final Cancellation cancellation;
    private final Hashes hashes = new Hashes();
    private final Map<BytePath, byte[]> linked = new HashMap<>();
    private @Nullable SourceFile offered;

    private DigestingSink(
            ArchiveSink sink, Directory tree, LineSorter lines, Cancellation cancellation) {
        this.sink = sink;
        this.tree = tree;
        this.lines = lines;
        this.cancellation = cancellation;
    }

    /// Begins.
    ///
    /// @param sink gets every member; the caller's to end and close
    /// @param tree the tree's top folder, from which a file with very many names beside it may be
    ///   read a second time; the caller's to close
    /// @param spillFile for lines that wait, removed at the end
    /// @param cancellation looked at while such a file is read
    public static DigestingSink begin(
            ArchiveSink sink, Directory tree, Path spillFile, Cancellation cancellation)
            throws IOException {
        return new DigestingSink(sink, tree, new LineSorter(spillFile), cancellation);
    }

    @Override
    public long metadataTime() {
        return sink.metadataTime();
    }

    /// {@inheritDoc}
    ///
    /// Nothing is ever taken over: what is not read cannot be digested.
    @Override
    public boolean addUnchanged(SourceFile file) {
        offered = file;
        return false;
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        sink.add(entry);
        switch (entry) {
            case RegularFile file ->
                    throw new IllegalArgumentException(
                            "a regular file needs a body: " + file.path());
            case ArchiveEntry.Folder folder -> addLine('d', folder, 0, RecordLine.NO_CONTENT);
            case SymbolicLink link -> {
                byte[] target = link.target().toBytes();
                addLine('l', link, target.length, hashes.text(target));
            }
            case HardLink link -> addHardLink(link);
        }
    }

    @Override
    public long add(RegularFile entry, EntryBody body) throws IOException {
        SourceFile source = offered;
        offered = null;
        DigestedBody digested = new DigestedBody(entry, body);
        long given = sink.add(entry, digested);
        byte[] line = addLine('f', entry, entry.sizeBytes(), digested.content());
        boolean isNamedAgain =
                source != null && source.stat().links() > 1 && source.path().equals(entry.path());
        if (isNamedAgain && linked.size() < REMEMBERED) {
            linked.put(entry.path(), line);
        }
        return given;
    }

    private void addHardLink(HardLink link) throws IOException {
        byte[] known = linked.get(link.target());
        if (known != null) {
            lines.add(RecordLine.named(hashes.key(link.path()), known));
            return;
        }
        LinkedNames.Named named = LinkedNames.look(tree, link.target(), cancellation);
        addLine('f', link, named.sizeBytes, named.content);
    }

    private byte[] addLine(char type, ArchiveEntry entry, long sizeBytes, byte[] content)
            throws IOException {
        byte[] state = hashes.state(type, entry.attributes(), sizeBytes);
        byte[] key = hashes.key(entry.path());
        byte[] line = RecordLine.of(key, state, content, RecordLine.NO_ORIGIN);
        lines.add(line);
        return line;
    }

    /// The digest of all members, once, in lower-case hex.
    ///
    /// @throws IOException if the waiting lines cannot be read
    public String finish() throws IOException {
        MessageDigest digest = Hashes.sha256();
        lines.drain(line -> digest.update(line, 0, RecordLine.DIGESTED));
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
