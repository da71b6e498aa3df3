package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Tells what a file is by its first bytes, and opens what may hold a tar stream.
final class ArchiveContainer {
    private static final int HEAD_BYTES = TarFormat.BLOCK;
    private static final ByteString GZIP = ByteString.of(new byte[] {0x1f, (byte) 0x8b});

    private static final List<Foreign> FOREIGN =
            List.of(
                    new Foreign("a zstd file", "28b52ffd"),
                    new Foreign("an xz file", "fd377a585a00"),
                    new Foreign("a zip file", "504b0304"),
                    new Foreign("a zip file", "504b0506"),
                    new Foreign("a bzip2 file", "425a68"),
                    new Foreign("a 7-Zip file", "377abcaf271c"),
                    new Foreign("a RAR file", "526172211a07"),
                    new Foreign("an lz4 file", "04224d18"),
                    new Foreign("an lzip file", "4c5a4950"),
                    new Foreign("a compress (.Z) file", "1f9d"),
                    new Foreign("an SQLite database", "53514c69746520666f726d6174203300"),
                    new Foreign("a PDF file", "255044462d"));

    private ArchiveContainer() {}

    private record Foreign(String name, ByteString magic) {
        Foreign(String name, String hex) {
            this(name, ByteString.of(HexFormat.of().parseHex(hex)));
        }
    }

    /// Opens the tar stream in a file.
    ///
    /// @param source the file's bytes; closed with the result
    /// @throws ArchiveException NOT_AN_ARCHIVE, naming what the file is instead
    static InputStream open(InputStream source, ArchiveLimits limits) throws IOException {
        return open(source, limits, false);
    }

    /// The same for an archive that is read from end to end: one thread reads and digests the file,
    /// another unpacks, whoever takes the bytes is the third. Nobody reads the file any more once
    /// the result is closed.
    static InputStream openAhead(ArchiveFileInput file, ArchiveLimits limits, boolean own)
            throws IOException {
        AheadStream bytes = new AheadStream(file);
        boolean opened = false;
        try {
            InputStream stream = new AheadStream(open(bytes, limits, own));
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                bytes.close();
            }
        }
    }

    /// The same as [#open(InputStream, ArchiveLimits)].
    ///
    /// @param own whether this server wrote it, so that it may be unpacked by native code
    static InputStream open(InputStream source, ArchiveLimits limits, boolean own)
            throws IOException {
        PushbackInputStream file = new PushbackInputStream(source, HEAD_BYTES);
        byte[] head = file.readNBytes(HEAD_BYTES);
        file.unread(head);
        if (ByteString.of(head).startsWith(GZIP)) {
            return new GzipMembersInput(file, limits, own);
        }
        if (head.length == HEAD_BYTES && TarHeaderReader.isHeader(head)) {
            return file;
        }
        throw new ArchiveException(Kind.NOT_AN_ARCHIVE, "not an archive but " + describe(head));
    }

    private static String describe(byte[] head) {
        if (head.length == 0) {
            return "an empty file";
        }
        for (Foreign foreign : FOREIGN) {
            if (ByteString.of(head).startsWith(foreign.magic())) {
                return foreign.name();
            }
        }
        String text = new String(head, ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return "an HTML page";
        }
        if (text.startsWith("<?xml")) {
            return "an XML document";
        }
        if (text.startsWith("{") || text.startsWith("[")) {
            return "JSON";
        }
        return "a file of another kind";
    }
}
