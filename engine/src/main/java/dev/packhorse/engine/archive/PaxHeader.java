package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The records of one extended header that a reader goes by; others are ignored. A key that comes
/// twice is refused, since readers differ in which one they take.
///
/// Source: POSIX.1-2017 pax, "pax Extended Header"; GNU tar manual, "Storing Sparse Files" (PAX
/// formats 0.0, 0.1, 1.0); star(5) for `SCHILY.xattr`.
final class PaxHeader {
    private final ArchiveLimits limits;
    private final Map<String, byte[]> values = new HashMap<>();
    private final Map<ByteString, ByteString> xattrs = new HashMap<>();
    private final Map<ByteString, ByteString> encoded = new HashMap<>();
    private final List<DataRegion> oldMap = new ArrayList<>();
    private long pendingOffset = -1;
    private int records;

    private PaxHeader(ArchiveLimits limits) {
        this.limits = limits;
    }

    /// Reads the content of an extended header.
    static PaxHeader parse(byte[] content, ArchiveLimits limits) throws ArchiveException {
        PaxHeader header = new PaxHeader(limits);
        int at = 0;
        while (at < content.length) {
            int space = indexOf(content, ' ', at, Math.min(content.length, at + 20));
            long length = TarNumbers.decimal(content, at, space, "record length");
            if (length <= space - at + 1 || length > content.length - at) {
                throw malformed("record length");
            }
            int end = at + (int) length;
            if (content[end - 1] != '\n') {
                throw malformed("record end");
            }
            int equals = indexOf(content, '=', space + 1, end - 1);
            header.record(
                    Arrays.copyOfRange(content, space + 1, equals),
                    Arrays.copyOfRange(content, equals + 1, end - 1));
            at = end;
        }
        header.addForeignXattrs();
        return header;
    }

    /// What other tools say in their own way counts where nothing else was said.
    private void addForeignXattrs() {
        encoded.forEach(xattrs::putIfAbsent);
        for (AclText.Kind kind : AclText.Kind.values()) {
            value(kind.key)
                    .flatMap(text -> AclText.encode(kind, text))
                    .ifPresent(list -> xattrs.putIfAbsent(kind.attribute(), list));
        }
    }

    private static int indexOf(byte[] content, char wanted, int from, int to)
            throws ArchiveException {
        for (int i = from; i < to; i++) {
            if (content[i] == wanted) {
                return i;
            }
        }
        throw malformed("record");
    }

    private void record(byte[] key, byte[] value) throws ArchiveException {
        if (++records > limits.paxRecords() + 2 * oldMap.size()) {
            throw new ArchiveException(
                    Kind.LIMIT,
                    "extended header with more than " + limits.paxRecords() + " records");
        }
        String name = new String(key, ISO_8859_1);
        if (indexOfNul(key) >= 0) {
            throw malformed("key");
        }
        if (name.startsWith(PaxKeys.XATTR)) {
            once(xattrs.put(xattrName(key), ByteString.of(value)) == null, "attribute");
            return;
        }
        if (name.startsWith(PaxKeys.ENCODED_XATTR)) {
            encodedXattr(name, value);
            return;
        }
        switch (name) {
            case "GNU.sparse.offset" -> pendingOffset = TarNumbers.decimal(value, name);
            case "GNU.sparse.numbytes" -> oldRegion(TarNumbers.decimal(value, name));
            case PaxKeys.PATH, PaxKeys.LINK_PATH, "GNU.sparse.name" -> {
                if (indexOfNul(value) >= 0) {
                    throw new ArchiveException(
                            Kind.HOSTILE, "extended header with a NUL in its " + name);
                }
                once(values.put(name, value) == null, name);
            }
            default -> {
                if (isKnown(name)) {
                    once(values.put(name, value) == null, name);
                }
            }
        }
    }

    private static boolean isKnown(String name) {
        return switch (name) {
            case PaxKeys.SIZE,
                    PaxKeys.MTIME,
                    PaxKeys.UID,
                    PaxKeys.GID,
                    PaxKeys.ACL,
                    PaxKeys.DEFAULT_ACL ->
                    true;
            default -> name.startsWith(PaxKeys.SPARSE);
        };
    }

    /// Source: libarchive, `archive_read_support_format_tar` (observed with bsdtar 3.6.2).
    private void encodedXattr(String key, byte[] value) throws ArchiveException {
        try {
            String name = key.substring(PaxKeys.ENCODED_XATTR.length()).replace("+", "%2B");
            byte[] plain = Base64.getDecoder().decode(value);
            once(
                    encoded.put(
                                    ByteString.of(
                                            URLDecoder.decode(name, ISO_8859_1)
                                                    .getBytes(ISO_8859_1)),
                                    ByteString.of(plain))
                            == null,
                    "attribute");
        } catch (IllegalArgumentException e) {
            throw new ArchiveException(
                    Kind.HOSTILE, "extended header with a malformed attribute", e);
        }
    }

    private void oldRegion(long length) throws ArchiveException {
        if (pendingOffset < 0) {
            throw malformed("sparse map");
        }
        if (oldMap.size() >= limits.sparsePieces()) {
            throw new ArchiveException(
                    Kind.LIMIT, "sparse map with more than " + limits.sparsePieces() + " pieces");
        }
        oldMap.add(region(pendingOffset, length));
        pendingOffset = -1;
    }

    static DataRegion region(long offset, long length) throws ArchiveException {
        if (offset > Long.MAX_VALUE - length) {
            throw new ArchiveException(Kind.HOSTILE, "sparse map with an absurd piece");
        }
        return new DataRegion(offset, length);
    }

    private static void once(boolean first, String what) throws ArchiveException {
        if (!first) {
            throw new ArchiveException(Kind.HOSTILE, "extended header says its " + what + " twice");
        }
    }

    private static int indexOfNul(byte[] value) {
        for (int i = 0; i < value.length; i++) {
            if (value[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /// `%XX` stands for a byte that may not be in a key.
    private static ByteString xattrName(byte[] key) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (int i = PaxKeys.XATTR.length(); i < key.length; i++) {
            int code = key[i] == '%' && i + 2 < key.length ? escaped(key[i + 1], key[i + 2]) : -1;
            name.write(code < 0 ? key[i] : code);
            i += code < 0 ? 0 : 2;
        }
        return ByteString.of(name.toByteArray());
    }

    private static int escaped(byte high, byte low) {
        return switch ((char) high + "" + (char) low) {
            case "25" -> '%';
            case "3D" -> '=';
            default -> -1;
        };
    }

    /// The value of a key; absent too when the record is empty, which takes back a global one.
    Optional<byte[]> value(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> value.length > 0);
    }

    /// A whole number that is not negative.
    Optional<Long> number(String key) throws ArchiveException {
        byte[] value = values.get(key);
        return value == null || value.length == 0
                ? Optional.empty()
                : Optional.of(TarNumbers.decimal(value, key));
    }

    Map<ByteString, ByteString> xattrs() {
        return xattrs;
    }

    /// Whether any record speaks of a sparse file.
    boolean isSparse() {
        return !oldMap.isEmpty()
                || values.keySet().stream().anyMatch(key -> key.startsWith(PaxKeys.SPARSE));
    }

    /// The map of the formats that keep it in the header (0.0 and 0.1).
    List<DataRegion> oldMap() throws ArchiveException {
        byte[] text = values.get("GNU.sparse.map");
        if (text == null) {
            return oldMap;
        }
        List<DataRegion> map = new ArrayList<>();
        String[] numbers = new String(text, ISO_8859_1).split(",", 2 * limits.sparsePieces() + 1);
        if (numbers.length % 2 != 0 || !oldMap.isEmpty()) {
            throw malformed("sparse map");
        }
        for (int i = 0; i < numbers.length; i += 2) {
            map.add(
                    region(
                            TarNumbers.decimal(numbers[i].getBytes(ISO_8859_1), "sparse map"),
                            TarNumbers.decimal(numbers[i + 1].getBytes(ISO_8859_1), "sparse map")));
        }
        return map;
    }

    private static ArchiveException malformed(String what) {
        return new ArchiveException(Kind.HOSTILE, "extended header with a malformed " + what);
    }
}
