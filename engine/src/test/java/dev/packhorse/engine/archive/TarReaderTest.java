package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What tar headers may say, and what they may not, read one by one.
class TarReaderTest {
    private static TarReader reader(TarBuilder tar) {
        return new TarReader(new ByteArrayInputStream(tar.end()), ArchiveLimits.DEFAULTS);
    }

    private static TarMember first(TarBuilder tar) throws IOException {
        return reader(tar).next().orElseThrow();
    }

    private static TarBuilder tar() {
        return new TarBuilder();
    }

    private static ByteString bytes(String text) {
        return ByteString.of(text.getBytes(ISO_8859_1));
    }

    /// A case that must be refused.
    record Refused(String what, Kind kind, String text, TarBuilder tar) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Refused pax(String what, Kind kind, String text, String... records) {
        return new Refused(what, kind, text, tar().pax('x', records).file("a", "x"));
    }

    private static TarBuilder header(String name, char type, Consumer<byte[]> change) {
        return tar().raw(name, type, "", 0, new byte[0], change);
    }

    /// A sparse file of empty pieces, and a last one of one byte.
    private static byte[] regions(int count) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        records.writeBytes(TarBuilder.record("GNU.sparse.size", "9"));
        for (int i = 1; i <= count; i++) {
            records.writeBytes(TarBuilder.record("GNU.sparse.offset", Integer.toString(i)));
            records.writeBytes(TarBuilder.record("GNU.sparse.numbytes", i == count ? "1" : "0"));
        }
        return tar().paxBytes('x', records.toByteArray()).file("a", "x").end();
    }

    /// A file of 2023-11-14 whose block ends in a text.
    private static TarBuilder ending(String text, Consumer<byte[]> change) {
        return header(
                "a",
                '0',
                head -> {
                    TarBuilder.put(head, 136, "14524770400".getBytes(US_ASCII));
                    TarBuilder.put(head, 500, text.getBytes(ISO_8859_1));
                    change.accept(head);
                });
    }

    @Test
    void theFractionOfATimeStandsAtTheEndOfTheBlock() throws Exception {
        Attributes attributes = first(ending(".001000009", _ -> {})).attributes();

        assertThat(attributes.mtimeSeconds()).isEqualTo(1_700_000_000L);
        assertThat(attributes.mtimeNanos()).isEqualTo(1_000_009);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "000000000\0",
                ".00000000\0",
                ".00000000a",
                ".0000000011",
                ".000000001\0\1"
            })
    void whatElseStandsThereIsNoTime(String text) throws Exception {
        assertThat(first(ending(text, _ -> {})).attributes().mtimeNanos()).isZero();
    }

    @Test
    void aBlockThatIsNoUstarHasNoFraction() throws Exception {
        Consumer<byte[]> old = head -> Arrays.fill(head, 257, 265, (byte) 0);

        assertThat(first(ending(".000000001", old)).attributes().mtimeNanos()).isZero();
    }

    @Test
    void anExtendedHeadersTimeCounts() throws Exception {
        TarBuilder tar = tar().pax('x', "mtime", "5.5");
        tar.raw(
                "a",
                '0',
                "",
                0,
                new byte[0],
                head -> TarBuilder.put(head, 500, ".000000001".getBytes(US_ASCII)));

        Attributes attributes = first(tar).attributes();

        assertThat(attributes.mtimeSeconds()).isEqualTo(5);
        assertThat(attributes.mtimeNanos()).isEqualTo(500_000_000);
    }

    static Stream<Refused> refused() {
        return Stream.of(
                new Refused(
                        "extended header of negative size",
                        Kind.HOSTILE,
                        "negative size",
                        header(
                                "x",
                                'x',
                                head -> {
                                    TarBuilder.put(head, 124, new byte[12]);
                                    java.util.Arrays.fill(head, 124, 136, (byte) 0xff);
                                })),
                new Refused(
                        "all files sparse",
                        Kind.HOSTILE,
                        "makes all files sparse",
                        tar().pax('g', "GNU.sparse.major", "1").file("a", "x")),
                new Refused(
                        "two long names",
                        Kind.HOSTILE,
                        "two headers of one kind",
                        tar().gnuLong('L', bytes("a").toBytes())
                                .gnuLong('L', bytes("a").toBytes())
                                .file("x", "x")),
                new Refused(
                        "two long targets",
                        Kind.HOSTILE,
                        "two headers of one kind",
                        tar().gnuLong('K', bytes("a").toBytes())
                                .gnuLong('K', bytes("a").toBytes())
                                .link("x", '2', "x")),
                new Refused(
                        "long name without its member",
                        Kind.DAMAGED,
                        "without the member",
                        tar().gnuLong('L', bytes("a").toBytes())),
                new Refused(
                        "long target without its member",
                        Kind.DAMAGED,
                        "without the member",
                        tar().gnuLong('K', bytes("a").toBytes())),
                new Refused(
                        "records without their member",
                        Kind.DAMAGED,
                        "without the member",
                        tar().pax('x', "mtime", "1")),
                new Refused(
                        "sparse folder",
                        Kind.HOSTILE,
                        "a member of its type has no content",
                        tar().pax('x', "GNU.sparse.major", "1").folder("a/")),
                new Refused(
                        "long target",
                        Kind.LIMIT,
                        "link with a target of 5000 bytes",
                        tar().pax('x', "linkpath", "t".repeat(5_000)).link("a", '2', "t")),
                new Refused(
                        "huge file",
                        Kind.LIMIT,
                        "larger than",
                        tar().pax('x', "size", Long.toString(1L << 50)).file("a", "x")),
                new Refused(
                        "huge hole",
                        Kind.LIMIT,
                        "larger than",
                        tar().pax(
                                        'x',
                                        "GNU.sparse.size",
                                        Long.toString(1L << 50),
                                        "GNU.sparse.map",
                                        "0,1")
                                .file("a", "x")),
                new Refused(
                        "names that differ",
                        Kind.HOSTILE,
                        "two different long names",
                        tar().pax('x', "path", "a")
                                .gnuLong('L', bytes("b").toBytes())
                                .file("x", "x")),
                new Refused(
                        "negative owner",
                        Kind.HOSTILE,
                        "uid",
                        header("a", '0', head -> java.util.Arrays.fill(head, 108, 116, (byte) -1))),
                new Refused(
                        "owner beyond every number",
                        Kind.HOSTILE,
                        "uid",
                        header(
                                "a",
                                '0',
                                head ->
                                        TarBuilder.put(
                                                head,
                                                108,
                                                new byte[] {-128, 0, 0, 2, 0, 0, 0, 0}))),
                new Refused(
                        "unknown type", Kind.HOSTILE, "unknown type", header("a", 'Z', head -> {})),
                new Refused(
                        "sparse in two formats",
                        Kind.HOSTILE,
                        "two formats at once",
                        tar().pax('x', "GNU.sparse.size", "1")
                                .raw("a", 'S', "", 0, new byte[0], head -> {})),
                new Refused(
                        "negative place of a piece",
                        Kind.HOSTILE,
                        "negative numbers",
                        old(head -> negative(head, 386))),
                new Refused(
                        "negative length of a piece",
                        Kind.HOSTILE,
                        "negative numbers",
                        old(head -> negative(head, 398))),
                new Refused(
                        "negative size of a sparse file",
                        Kind.HOSTILE,
                        "negative sparse size",
                        old(head -> negative(head, 483))),
                pax(
                        "unknown sparse format",
                        Kind.HOSTILE,
                        "unknown format 2.0",
                        "GNU.sparse.realsize",
                        "1",
                        "GNU.sparse.major",
                        "2"),
                pax(
                        "unknown variant of a sparse format",
                        Kind.HOSTILE,
                        "unknown format 1.1",
                        "GNU.sparse.realsize",
                        "1",
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "1"),
                pax("size twice", Kind.HOSTILE, "says its size twice", "size", "1", "size", "1"),
                pax(
                        "attribute twice",
                        Kind.HOSTILE,
                        "says its attribute twice",
                        "SCHILY.xattr.user.a",
                        "1",
                        "SCHILY.xattr.user.a",
                        "2"),
                pax(
                        "encoded attribute twice",
                        Kind.HOSTILE,
                        "says its attribute twice",
                        "LIBARCHIVE.xattr.user.a",
                        "MQ==",
                        "LIBARCHIVE.xattr.user.%61",
                        "MQ=="),
                pax(
                        "piece without its place",
                        Kind.HOSTILE,
                        "malformed sparse map",
                        "GNU.sparse.numbytes",
                        "1"),
                pax(
                        "absurd piece",
                        Kind.HOSTILE,
                        "absurd piece",
                        "GNU.sparse.offset",
                        Long.toString(Long.MAX_VALUE),
                        "GNU.sparse.numbytes",
                        "1"),
                pax(
                        "odd map",
                        Kind.HOSTILE,
                        "malformed sparse map",
                        "GNU.sparse.size",
                        "1",
                        "GNU.sparse.map",
                        "0,1,1"),
                pax(
                        "two maps",
                        Kind.HOSTILE,
                        "malformed sparse map",
                        "GNU.sparse.size",
                        "1",
                        "GNU.sparse.offset",
                        "0",
                        "GNU.sparse.numbytes",
                        "1",
                        "GNU.sparse.map",
                        "0,1"));
    }

    /// A sparse file in GNU's old format, without pieces.
    private static TarBuilder old(Consumer<byte[]> change) {
        return tar().raw(
                        "a",
                        'S',
                        "",
                        0,
                        new byte[0],
                        head -> {
                            TarBuilder.put(head, 257, "ustar  \0".getBytes(US_ASCII));
                            TarBuilder.put(head, 398, "00000000000\0".getBytes(US_ASCII));
                            TarBuilder.put(head, 483, "00000000000\0".getBytes(US_ASCII));
                            change.accept(head);
                        });
    }

    private static byte[] octal(long number) {
        return "%011o\0".formatted(number).getBytes(US_ASCII);
    }

    private static void negative(byte[] head, int at) {
        java.util.Arrays.fill(head, at, at + 12, (byte) 0xff);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(Refused hostile) {
        ArchiveException thrown =
                catchThrowableOfType(
                        ArchiveException.class,
                        () -> {
                            TarReader reader = reader(hostile.tar());
                            while (reader.next().isPresent()) {
                                reader.content().readAllBytes();
                            }
                        });
        assertThat(thrown).isNotNull();
        assertThat(thrown).hasMessageContaining(hostile.text());
        assertThat(thrown.kind()).isEqualTo(hostile.kind());
    }

    @Test
    void contentEndsWithItsMember() throws IOException {
        TarReader reader = reader(tar().file("a", "\u00e9").file("b", "y"));
        reader.next();
        InputStream content = reader.content();
        assertThat(content.read()).isEqualTo(0xc3);
        assertThat(content.read(new byte[0], 0, 0)).isZero();
        assertThat(content.read()).isEqualTo(0xa9);
        assertThat(content.read()).isEqualTo(-1);
    }

    @Test
    void contentOfAnEarlierMemberIsNotGiven() throws IOException {
        TarReader reader = reader(tar().file("a", "xyz").file("b", "y"));
        reader.next();
        InputStream content = reader.content();
        reader.next();
        assertThatThrownBy(content::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a is read after the next member");
    }

    @Test
    void aSparseFileHasItsLimitOfPieces() throws IOException {
        ArchiveLimits limits = fewPieces();
        TarReader two = new TarReader(new ByteArrayInputStream(regions(2)), limits);
        assertThat(two.next()).isPresent();
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(regions(3)), limits).next())
                .hasMessageContaining("more than 2 pieces");
    }

    private static ArchiveLimits fewPieces() {
        ArchiveLimits usual = ArchiveLimits.DEFAULTS;
        return new ArchiveLimits(
                usual.entries(),
                usual.totalBytes(),
                usual.entryBytes(),
                usual.metadataEntries(),
                usual.depth(),
                usual.componentBytes(),
                usual.pathBytes(),
                usual.linkBytes(),
                usual.longNameBytes(),
                usual.paxBytes(),
                usual.paxRecords(),
                2,
                usual.ratio(),
                usual.ratioFreeBytes());
    }

    @Test
    void aSparseMapThatIsCutShortIsTold() {
        byte[] old = old(head -> head[482] = 1).cut();
        byte[] text =
                tar().pax(
                                'x',
                                "GNU.sparse.realsize",
                                "1",
                                "GNU.sparse.major",
                                "1",
                                "GNU.sparse.minor",
                                "0")
                        .raw("a", '0', "", 512, new byte[0], head -> {})
                        .cut();
        for (byte[] cut : new byte[][] {old, text}) {
            TarReader reader = new TarReader(new ByteArrayInputStream(cut), ArchiveLimits.DEFAULTS);
            assertThat(catchThrowableOfType(ArchiveException.class, reader::next).kind())
                    .isEqualTo(Kind.TRUNCATED);
        }
    }

    @Test
    void theFirstSparseFormatMayNameItsNumber() throws IOException {
        TarMember member =
                first(
                        tar().pax(
                                        'x',
                                        "GNU.sparse.major",
                                        "0",
                                        "GNU.sparse.size",
                                        "5",
                                        "GNU.sparse.map",
                                        "4,1")
                                .file("a", "x"));
        assertThat(member.sizeBytes()).isEqualTo(5);
        assertThat(member.regions()).hasSize(1);
    }

    /// Before POSIX a folder was a file whose name ended with a slash.
    @Test
    void oldTypesAreKnown() throws IOException {
        assertThat(first(header("a", '\0', head -> {})).type()).isEqualTo(TarType.FILE);
        assertThat(first(header("a/", '\0', head -> {})).type()).isEqualTo(TarType.FOLDER);
        assertThat(first(header("a", '7', head -> {})).type()).isEqualTo(TarType.FILE);
        assertThat(first(header("a", '4', head -> {})).type()).isEqualTo(TarType.DEVICE);
        assertThat(first(header("a", '3', head -> {})).type()).isEqualTo(TarType.DEVICE);
        assertThat(first(header("a", '6', head -> {})).type()).isEqualTo(TarType.FIFO);
        assertThat(first(tar().link("a", '1', "b")).type()).isEqualTo(TarType.HARD_LINK);
    }

    /// Lengths, ends, separators and keys of records, each wrong for itself.
    @ParameterizedTest
    @ValueSource(strings = {"6 a=bX", "6 abc\n", "8 a\0b=c\n", "x a=b\n", "2 a=b\n", "99 a=b\n"})
    void recordsThatAreNoneAreRefused(String record) {
        TarReader reader = reader(tar().paxBytes('x', record.getBytes(ISO_8859_1)).file("a", "x"));
        ArchiveException thrown = catchThrowableOfType(ArchiveException.class, reader::next);
        assertThat(thrown.kind()).as(thrown.getMessage()).isEqualTo(Kind.HOSTILE);
    }

    @Test
    void aDescriptionWithoutContentSaysNothing() throws IOException {
        assertThat(first(tar().paxBytes('x', new byte[0]).file("a", "x")).name())
                .isEqualTo(bytes("a"));
        assertThat(
                        catchThrowableOfType(
                                        ArchiveException.class,
                                        () -> first(tar().gnuLong('L', new byte[3]).file("a", "x")))
                                .kind())
                .isEqualTo(Kind.HOSTILE);
    }

    @Test
    void aDescriptionThatIsCutShortIsTold() {
        byte[] whole = tar().pax('x', "path", "b").cut();
        for (int left : new int[] {512, 700}) {
            TarReader reader =
                    new TarReader(
                            new ByteArrayInputStream(Arrays.copyOf(whole, left)),
                            ArchiveLimits.DEFAULTS);
            assertThat(catchThrowableOfType(ArchiveException.class, reader::next).kind())
                    .isEqualTo(Kind.TRUNCATED);
        }
    }

    /// Of GNU tar's old form, with more pieces than its header has room for.
    @Test
    void furtherBlocksOfASparseMapAreRead() throws IOException {
        byte[] further = new byte[512];
        TarBuilder.put(further, 0, octal(1024));
        TarBuilder.put(further, 12, octal(1));
        further[504] = 1;
        byte[] last = new byte[512];
        TarBuilder.put(last, 0, octal(2048));
        TarBuilder.put(last, 12, octal(1));
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] head =
                old(
                                bytes -> {
                                    TarBuilder.put(bytes, 386, octal(0));
                                    TarBuilder.put(bytes, 398, octal(1));
                                    TarBuilder.put(bytes, 483, octal(4096));
                                    TarBuilder.put(bytes, 124, octal(3));
                                    bytes[482] = 1;
                                })
                        .cut();
        stream.write(head, 0, 512);
        stream.writeBytes(further);
        stream.writeBytes(last);
        stream.writeBytes(new byte[512 + 1024]);
        TarReader reader =
                new TarReader(
                        new ByteArrayInputStream(stream.toByteArray()), ArchiveLimits.DEFAULTS);

        TarMember member = reader.next().orElseThrow();
        assertThat(member.sizeBytes()).isEqualTo(4096);
        assertThat(member.regions())
                .extracting(DataRegion::offset)
                .containsExactly(0L, 1024L, 2048L);
    }

    @Test
    void contentThatIsCutShortIsTold() throws IOException {
        byte[] cut = tar().raw("a", '0', "", 700, new byte[512], head -> {}).cut();
        TarReader reader = new TarReader(new ByteArrayInputStream(cut), ArchiveLimits.DEFAULTS);
        reader.next();
        assertThat(
                        catchThrowableOfType(
                                        ArchiveException.class,
                                        () -> reader.content().readAllBytes())
                                .kind())
                .isEqualTo(Kind.TRUNCATED);
    }

    @Test
    void theEndIsTheEnd() throws IOException {
        TarReader reader = reader(tar().file("a", "x"));
        reader.next();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEqualTo(Optional.empty());
    }

    /// As old tars on machines with signed characters summed up.
    @Test
    void aSignedChecksumHolds() throws IOException {
        byte[] stream = tar().file("caf\u00e9", "x").end();
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : stream[i];
        }
        TarBuilder.put(stream, 148, String.format("%06o\0 ", sum).getBytes(US_ASCII));
        TarReader reader = new TarReader(new ByteArrayInputStream(stream), ArchiveLimits.DEFAULTS);
        assertThat(reader.next().orElseThrow().name()).isEqualTo(bytes("caf\u00e9"));
        stream[148] = '7';
        assertThatThrownBy(() ->
                        new TarReader(new ByteArrayInputStream(stream), ArchiveLimits.DEFAULTS)
                                .next())
                .hasMessageContaining("checksum");
    }

    @Test
    void starKeepsTimesBehindItsShorterPrefix() throws IOException {
        TarMember member =
                first(
                        header(
                                "name",
                                '0',
                                head -> {
                                    TarBuilder.put(head, 345, "folder".getBytes(US_ASCII));
                                    TarBuilder.put(head, 476, "14000000000\0".getBytes(US_ASCII));
                                    TarBuilder.put(head, 508, "tar\0".getBytes(US_ASCII));
                                }));
        assertThat(member.name()).isEqualTo(bytes("folder/name"));
        TarMember long155 =
                first(
                        header(
                                "name",
                                '0',
                                head ->
                                        TarBuilder.put(
                                                head, 345, "p".repeat(155).getBytes(US_ASCII))));
        assertThat(long155.name()).isEqualTo(bytes("p".repeat(155) + "/name"));
        TarMember long131 =
                first(
                        header(
                                "name",
                                '0',
                                head -> {
                                    TarBuilder.put(head, 345, "p".repeat(131).getBytes(US_ASCII));
                                    TarBuilder.put(head, 476, "14000000000\0".getBytes(US_ASCII));
                                    TarBuilder.put(head, 508, "tar\0".getBytes(US_ASCII));
                                }));
        assertThat(long131.name()).isEqualTo(bytes("p".repeat(131) + "/name"));
    }

    @Test
    void longNamesOfBothKindsMayAgree() throws IOException {
        TarMember member =
                first(
                        tar().pax('x', "path", "long", "linkpath", "target")
                                .gnuLong('L', bytes("long").toBytes())
                                .gnuLong('K', bytes("target").toBytes())
                                .link("x", '2', "y"));
        assertThat(member.name()).isEqualTo(bytes("long"));
        assertThat(member.linkName()).isEqualTo(bytes("target"));
    }

    @Test
    void recordsOfAMemberCount() throws IOException {
        TarReader reader =
                reader(
                        tar().pax(
                                        'x',
                                        "size",
                                        "3",
                                        "path",
                                        "",
                                        "uid",
                                        "",
                                        "SCHILY.xattr.user.a%3Db%25%41%2",
                                        "v")
                                .raw("a", '0', "", 0, bytes("xyz").toBytes(), head -> {}));
        TarMember member = reader.next().orElseThrow();
        assertThat(member.name()).isEqualTo(bytes("a"));
        assertThat(member.sizeBytes()).isEqualTo(3);
        assertThat(member.attributes().uid()).isEqualTo(01752);
        assertThat(member.attributes().xattrs()).containsOnlyKeys(bytes("user.a=b%%41%2"));
        assertThat(reader.content().readAllBytes()).isEqualTo(bytes("xyz").toBytes());
    }
}
