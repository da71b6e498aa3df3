package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/// Lays out everything that stands before a member's content: ustar where ustar can say it, a PAX
/// header before it for what it cannot, a GNU long name for long names that are no UTF-8 (which PAX
/// cannot hold). Names are raw bytes everywhere. The fraction of a time goes into a PAX header that
/// stands there anyway, else into the block's unused end, where only Packhorse finds it: a PAX
/// header for it alone would make an archive of small files a tenth larger and slower. One thread.
///
/// Source: GNU tar manual ("Basic Tar Format", "Storing Sparse Files"); star(5) for `SCHILY.xattr`
/// and `SCHILY.acl`; `%25` and `%3D` in attribute names as GNU tar 1.34 writes them (observed).
final class EntryHeaders {
    /// An extended header with more is refused by careful readers, ours among them.
    static final int MAX_PAX_BYTES = 1 << 20;

    private static final byte[] PAX_NAME = "PaxHeaders/entry".getBytes(US_ASCII);
    private static final byte[] SPARSE_NAME = "GNUSparseFile/entry".getBytes(US_ASCII);
    private static final byte[] LONG_NAME = "././@LongLink".getBytes(US_ASCII);

    private final ByteString topFolder;
    private final UstarBlock block = new UstarBlock();
    private final PaxBuilder pax = new PaxBuilder();
    private final ByteArrayOutputStream result = new ByteArrayOutputStream(4 * TarFormat.BLOCK);

    /// @param topFolder the first component of every member's name
    EntryHeaders(ByteString topFolder) {
        this.topFolder = topFolder;
    }

    /// The header of the top folder.
    byte[] ofTop(Attributes attributes) throws ArchiveException {
        begin(TarFormat.FOLDER);
        name(topFolder.concat(ByteString.of("/")).toBytes());
        size(0);
        return finish(attributes);
    }

    /// The headers of a member, and a sparse file's map.
    ///
    /// @throws ArchiveException LIMIT if its extended attributes are too large
    byte[] of(ArchiveEntry entry) throws ArchiveException {
        try {
            return switch (entry) {
                case ArchiveEntry.Folder folder -> folder(folder);
                case ArchiveEntry.SymbolicLink link -> symlink(link);
                case ArchiveEntry.HardLink link -> hardLink(link);
                case ArchiveEntry.RegularFile file ->
                        SparseMap.hasHoles(file) ? sparseFile(file) : file(file);
            };
        } catch (ArchiveException e) {
            throw new ArchiveException(e.kind(), entry.path() + ": " + e.getMessage(), e);
        }
    }

    private byte[] folder(ArchiveEntry.Folder folder) throws ArchiveException {
        begin(TarFormat.FOLDER);
        name(full(folder.path().value()).concat(ByteString.of("/")).toBytes());
        size(0);
        return finish(folder.attributes());
    }

    private byte[] symlink(ArchiveEntry.SymbolicLink link) throws ArchiveException {
        begin(TarFormat.SYMLINK);
        name(full(link.path().value()).toBytes());
        linkName(link.target().toBytes());
        size(0);
        return finish(link.attributes());
    }

    private byte[] hardLink(ArchiveEntry.HardLink link) throws ArchiveException {
        begin(TarFormat.HARD_LINK);
        name(full(link.path().value()).toBytes());
        linkName(full(link.target().value()).toBytes());
        size(0);
        return finish(link.attributes());
    }

    private byte[] file(ArchiveEntry.RegularFile file) throws ArchiveException {
        begin(TarFormat.FILE);
        name(full(file.path().value()).toBytes());
        size(file.sizeBytes());
        return finish(file.attributes());
    }

    private byte[] sparseFile(ArchiveEntry.RegularFile file) throws ArchiveException {
        byte[] map = SparseMap.encode(file);
        begin(TarFormat.FILE);
        block.name(SPARSE_NAME);
        pax.put("GNU.sparse.major", "1");
        pax.put("GNU.sparse.minor", "0");
        pax.put("GNU.sparse.name", full(file.path().value()).toBytes());
        pax.put("GNU.sparse.realsize", Long.toString(file.sizeBytes()));
        size(map.length + SparseMap.storedBytes(file));
        byte[] headers = finish(file.attributes());
        ByteArrayOutputStream both = new ByteArrayOutputStream(headers.length + map.length);
        both.writeBytes(headers);
        both.writeBytes(map);
        return both.toByteArray();
    }

    private ByteString full(ByteString path) {
        return topFolder.concat(ByteString.of("/")).concat(path);
    }

    private void begin(char type) {
        result.reset();
        pax.clear();
        block.start(type);
    }

    private void name(byte[] name) {
        if (!block.name(name)) {
            longName("path", TarFormat.GNU_LONG_NAME, name);
        }
    }

    private void linkName(byte[] name) {
        if (!block.linkName(name)) {
            longName("linkpath", TarFormat.GNU_LONG_LINK, name);
        }
    }

    private void longName(String key, char gnuType, byte[] name) {
        if (isUtf8(name)) {
            pax.put(key, name);
            return;
        }
        UstarBlock header = new UstarBlock();
        header.start(gnuType);
        header.name(LONG_NAME);
        plainFields(header, name.length + 1);
        result.writeBytes(header.finish());
        result.writeBytes(name);
        result.writeBytes(new byte[1 + TarFormat.padding(name.length + 1)]);
    }

    private void size(long size) {
        if (!block.size(size)) {
            pax.put("size", Long.toString(size));
        }
    }

    private byte[] finish(Attributes attributes) throws ArchiveException {
        attributes(attributes);
        if (pax.size() > MAX_PAX_BYTES) {
            throw new ArchiveException(
                    Kind.LIMIT, "extended attributes are too large: " + pax.size() + " bytes");
        }
        if (!pax.isEmpty()) {
            UstarBlock header = new UstarBlock();
            header.start(TarFormat.PAX);
            header.name(PAX_NAME);
            plainFields(header, pax.size());
            result.writeBytes(header.finish());
            result.writeBytes(pax.blocks());
        }
        result.writeBytes(block.finish());
        return result.toByteArray();
    }

    private void attributes(Attributes attributes) {
        block.mode(attributes.mode());
        if (!block.uid(attributes.uid())) {
            pax.put("uid", Integer.toUnsignedString(attributes.uid()));
        }
        if (!block.gid(attributes.gid())) {
            pax.put("gid", Integer.toUnsignedString(attributes.gid()));
        }
        new TreeMap<>(attributes.xattrs()).forEach(this::xattr);
        time(attributes.mtimeSeconds(), attributes.mtimeNanos());
    }

    /// Access lists as text, which every tar takes; what is no such list stays an attribute.
    private void xattr(ByteString name, ByteString value) {
        Optional<AclText.Kind> list = AclText.Kind.of(name);
        Optional<String> text = list.flatMap(kind -> AclText.decode(kind, value));
        if (text.isPresent()) {
            pax.put(list.orElseThrow().key, text.get());
        } else {
            pax.put(xattrKey(name), value.toBytes());
        }
    }

    private void time(long seconds, int nanos) {
        boolean fits = block.mtime(seconds);
        if (!fits || (nanos != 0 && !pax.isEmpty())) {
            pax.putTime(PaxKeys.MTIME, seconds, nanos);
        } else if (nanos != 0) {
            block.fraction(nanos);
        }
    }

    private static void plainFields(UstarBlock header, int size) {
        header.mode(0644);
        header.uid(0);
        header.gid(0);
        header.mtime(0);
        header.size(size);
    }

    private static byte[] xattrKey(ByteString name) {
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        key.writeBytes(PaxKeys.XATTR.getBytes(US_ASCII));
        for (byte each : name.toBytes()) {
            switch (each) {
                case '%' -> key.writeBytes("%25".getBytes(US_ASCII));
                case '=' -> key.writeBytes("%3D".getBytes(US_ASCII));
                default -> key.write(each);
            }
        }
        return key.toByteArray();
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
