package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.HostileCase.accepted;
import static dev.packhorse.engine.archive.HostileCase.member;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/// Headers and sparse maps that mean harm.
final class HostileHeaders {
    private static final String HOME = "cpmove-demo/homedir/";

    private HostileHeaders() {}

    static Stream<HostileCase> headers() {
        return Stream.of(
                member(
                        "A12 NUL in a PAX path",
                        Kind.HOSTILE,
                        "NUL in its path",
                        tar -> tar.pax('x', "path", HOME + "a\0b").file("x", "x")),
                member(
                        "A12 NUL in a PAX link path",
                        Kind.HOSTILE,
                        "NUL in its linkpath",
                        tar -> tar.pax('x', "linkpath", "a\0b").link(HOME + "x", '2', "y")),
                member(
                        "A12 NUL in a long name",
                        Kind.HOSTILE,
                        "long name with a NUL",
                        tar ->
                                tar.gnuLong('L', "a\0b\0".getBytes(StandardCharsets.UTF_8))
                                        .file("x", "x")),
                member(
                        "A13 negative size",
                        Kind.HOSTILE,
                        "negative size",
                        tar ->
                                tar.raw(
                                        HOME + "a",
                                        '0',
                                        "",
                                        0,
                                        new byte[0],
                                        header -> Arrays.fill(header, 124, 136, (byte) 0xff))),
                member(
                        "A14 size of 2^62",
                        Kind.LIMIT,
                        "larger than",
                        tar ->
                                tar.raw(
                                        HOME + "a",
                                        '0',
                                        "",
                                        0,
                                        new byte[0],
                                        header -> {
                                            Arrays.fill(header, 124, 136, (byte) 0);
                                            header[124] = (byte) 0x80;
                                            header[128] = 0x40;
                                        })),
                member(
                        "A14 size of 2^80",
                        Kind.HOSTILE,
                        "absurd size",
                        tar ->
                                tar.raw(
                                        HOME + "a",
                                        '0',
                                        "",
                                        0,
                                        new byte[0],
                                        header -> {
                                            Arrays.fill(header, 124, 136, (byte) 0);
                                            header[124] = (byte) 0x80;
                                            header[125] = 1;
                                        })),
                member(
                        "A14 PAX size with 25 digits",
                        Kind.HOSTILE,
                        "malformed size",
                        tar -> tar.pax('x', "size", "9".repeat(25)).file(HOME + "a", "x")),
                member(
                        "A15 mtime with an exponent",
                        Kind.HOSTILE,
                        "malformed time",
                        tar -> tar.pax('x', "mtime", "1e999999999").file(HOME + "a", "x")),
                member(
                        "A15 mtime with 200,000 digits",
                        Kind.HOSTILE,
                        "malformed time",
                        tar -> tar.pax('x', "mtime", "1".repeat(200_000)).file(HOME + "a", "x")),
                member(
                        "A16 PAX header of 2 MiB",
                        Kind.LIMIT,
                        "extended header or long name of",
                        tar -> tar.pax('x', "comment", "c".repeat(2 << 20)).file(HOME + "a", "x")),
                member(
                        "A16 PAX header of 1,001 records",
                        Kind.LIMIT,
                        "more than 1000 records",
                        tar -> {
                            ByteArrayOutputStream records = new ByteArrayOutputStream();
                            for (int i = 0; i < 1_001; i++) {
                                records.writeBytes(TarBuilder.record("comment", "x" + i));
                            }
                            tar.paxBytes('x', records.toByteArray()).file(HOME + "a", "x");
                        }),
                member(
                        "A17 long name of 65 KiB",
                        Kind.LIMIT,
                        "extended header or long name of",
                        tar -> tar.gnuLong('L', new byte[65 << 10]).file("x", "x")),
                member(
                        "A19 global path",
                        Kind.HOSTILE,
                        "global extended header that sets the path of all",
                        tar -> tar.pax('g', "path", HOME + "a").file(HOME + "b", "x")),
                member(
                        "A19 global size",
                        Kind.HOSTILE,
                        "global extended header that sets the size of all",
                        tar -> tar.pax('g', "size", "7").file(HOME + "b", "x")),
                member(
                        "A19 global target of links",
                        Kind.HOSTILE,
                        "global extended header that sets the linkpath of all",
                        tar -> tar.pax('g', "linkpath", "/etc/shadow").link(HOME + "b", '2', "a")),
                accepted(
                        "A19 global comment",
                        tar -> tar.pax('g', "comment", "x", "mtime", "1").file(HOME + "b", "x")),
                accepted(
                        "A22, A23, A25 bits, owners and flags",
                        tar ->
                                tar.pax(
                                                'x',
                                                "SCHILY.fflags",
                                                "immutable",
                                                "SCHILY.xattr.security.capability",
                                                "x",
                                                "uid",
                                                "0")
                                        .raw(
                                                HOME + "a",
                                                '0',
                                                "",
                                                0,
                                                new byte[0],
                                                header ->
                                                        TarBuilder.put(
                                                                header,
                                                                100,
                                                                "0006755\0"
                                                                        .getBytes(
                                                                                StandardCharsets
                                                                                        .US_ASCII)))),
                member(
                        "two extended headers",
                        Kind.HOSTILE,
                        "two headers of one kind",
                        tar ->
                                tar.pax('x', "path", HOME + "a")
                                        .pax('x', "path", HOME + "b")
                                        .file("x", "x")),
                member(
                        "a key twice",
                        Kind.HOSTILE,
                        "says its path twice",
                        tar -> tar.pax('x', "path", HOME + "a", "path", HOME + "b").file("x", "x")),
                member(
                        "two different long names",
                        Kind.HOSTILE,
                        "two different long names",
                        tar ->
                                tar.gnuLong('L', (HOME + "b").getBytes(StandardCharsets.UTF_8))
                                        .pax('x', "path", HOME + "a")
                                        .file("x", "x")),
                member(
                        "record longer than its header",
                        Kind.HOSTILE,
                        "malformed record length",
                        tar ->
                                tar.paxBytes('x', "99 path=a\n".getBytes(StandardCharsets.UTF_8))
                                        .file(HOME + "a", "x")),
                member(
                        "record of no length",
                        Kind.HOSTILE,
                        "malformed record length",
                        tar ->
                                tar.paxBytes('x', "0 path=a\n".getBytes(StandardCharsets.UTF_8))
                                        .file(HOME + "a", "x")),
                member(
                        "extended header at the end",
                        Kind.DAMAGED,
                        "without the member it describes",
                        tar -> tar.pax('x', "path", HOME + "a")),
                member(
                        "folder with content",
                        Kind.HOSTILE,
                        "has no content",
                        tar -> tar.raw(HOME + "a/", '5', "", 512, new byte[512], header -> {})),
                member(
                        "unknown type",
                        Kind.HOSTILE,
                        "unknown type M",
                        tar -> tar.special(HOME + "a", 'M')),
                member(
                        "checksum does not hold",
                        Kind.DAMAGED,
                        "checksum does not hold",
                        tar -> tar.bytes("x".repeat(512).getBytes(StandardCharsets.UTF_8))));
    }

    static Stream<HostileCase> sparse() {
        return Stream.of(
                sparse(
                        "A18 overlapping map",
                        Kind.HOSTILE,
                        "overlap or are out of order",
                        "2\n0\n512\n256\n512\n",
                        "2000"),
                sparse(
                        "A18 unordered map",
                        Kind.HOSTILE,
                        "overlap or are out of order",
                        "2\n1024\n512\n0\n512\n",
                        "2000"),
                sparse(
                        "A18 map beyond the size",
                        Kind.HOSTILE,
                        "beyond the file's size",
                        "1\n1000\n1024\n",
                        "1500"),
                sparse(
                        "A18 map and content differ",
                        Kind.HOSTILE,
                        "stored size of the sparse file differ",
                        "1\n0\n100\n",
                        "1500"),
                sparse(
                        "A18 a million pieces",
                        Kind.LIMIT,
                        "more than 100000 pieces",
                        "1000000\n" + "0\n0\n".repeat(1_000_000),
                        "1500"),
                sparse(
                        "A18 more pieces than map",
                        Kind.HOSTILE,
                        "absurd number",
                        "1000\n0\n1024\n",
                        "1500"),
                sparse(
                        "A18 absurd number",
                        Kind.HOSTILE,
                        "absurd number",
                        "1".repeat(30) + "\n",
                        "1500"),
                sparse(
                        "logical size counts",
                        Kind.LIMIT,
                        "larger than",
                        "1\n0\n1024\n",
                        "4611686018427387904"),
                member(
                        "A18 map that goes on behind its member",
                        Kind.HOSTILE,
                        "longer than its member",
                        tar ->
                                tar.pax('x', "GNU.sparse.major", "1", "GNU.sparse.realsize", "1")
                                        .file(HOME + "a", "999\n" + "0\n".repeat(254))),
                member(
                        "sparse file of unknown format",
                        Kind.HOSTILE,
                        "unknown format 7.0",
                        tar ->
                                tar.pax('x', "GNU.sparse.major", "7", "GNU.sparse.realsize", "1")
                                        .file(HOME + "a", "x")),
                member(
                        "A18 old GNU map out of order",
                        Kind.HOSTILE,
                        "overlap or are out of order",
                        tar ->
                                tar.raw(
                                        HOME + "a",
                                        'S',
                                        "",
                                        1024,
                                        new byte[1024],
                                        header -> {
                                            TarBuilder.put(
                                                    header,
                                                    257,
                                                    "ustar  \0"
                                                            .getBytes(StandardCharsets.US_ASCII));
                                            TarBuilder.put(
                                                    header,
                                                    386,
                                                    "00000002000\00000000001000\00000000000000\00000000001000\0"
                                                            .getBytes(StandardCharsets.US_ASCII));
                                            TarBuilder.put(
                                                    header,
                                                    483,
                                                    "00000004000\0"
                                                            .getBytes(StandardCharsets.US_ASCII));
                                        })));
    }

    private static HostileCase sparse(
            String name, Kind kind, String text, String map, String size) {
        byte[] bytes = map.getBytes(StandardCharsets.US_ASCII);
        int mapBytes = bytes.length + (-bytes.length & 511);
        byte[] content = Arrays.copyOf(bytes, mapBytes + 1024);
        return member(
                name,
                kind,
                text,
                tar ->
                        tar.pax(
                                        'x',
                                        "GNU.sparse.major",
                                        "1",
                                        "GNU.sparse.minor",
                                        "0",
                                        "GNU.sparse.name",
                                        HOME + "s",
                                        "GNU.sparse.realsize",
                                        size)
                                .raw(
                                        "GNUSparseFile.0/s",
                                        '0',
                                        "",
                                        content.length,
                                        content,
                                        header -> {}));
    }
}
