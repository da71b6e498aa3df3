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
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The last that each limit of a tar stream lets through, and the first that it does not; where one
/// member ends and the next begins.
class TarReaderLimitsTest {
    /// Of one file's bytes, a link's target, a long name, an extended header, its records, and the
    /// pieces of a file.
    private static final ArchiveLimits LIMITS = limits(3_000, 20, 30, 64, 10, 2);

    private static ArchiveLimits limits(
            long entry, int link, int longName, int pax, int records, int pieces) {
        ArchiveLimits usual = ArchiveLimits.DEFAULTS;
        return new ArchiveLimits(
                usual.entries(),
                usual.totalBytes(),
                entry,
                usual.metadataEntries(),
                usual.depth(),
                usual.componentBytes(),
                usual.pathBytes(),
                link,
                longName,
                pax,
                records,
                pieces,
                usual.ratio(),
                usual.ratioFreeBytes());
    }

    private static TarBuilder tar() {
        return new TarBuilder();
    }

    private static TarReader reader(byte[] stream) {
        return new TarReader(new ByteArrayInputStream(stream), LIMITS);
    }

    private static TarMember first(TarBuilder tar) throws IOException {
        return reader(tar.end()).next().orElseThrow();
    }

    private static Kind refusal(TarBuilder tar) {
        return refusal(tar.end());
    }

    private static Kind refusal(byte[] stream) {
        return catchThrowableOfType(
                        ArchiveException.class,
                        () -> {
                            TarReader reader = reader(stream);
                            while (reader.next().isPresent()) {
                                reader.content().readAllBytes();
                            }
                        })
                .kind();
    }

    private static TarBuilder header(Consumer<byte[]> change) {
        return tar().raw("a", '0', "", 0, new byte[0], change);
    }

    private static byte[] octal(long number) {
        return "%011o\0".formatted(number).getBytes(US_ASCII);
    }

    private static byte[] text(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void aFileIsAsLargeAsItMayBe() throws IOException {
        assertThat(first(tar().file("a", "x".repeat(3_000))).sizeBytes()).isEqualTo(3_000);
        assertThat(refusal(tar().file("a", "x".repeat(3_001)))).isEqualTo(Kind.LIMIT);
    }

    @Test
    void aLinksTargetIsAsLongAsItMayBe() throws IOException {
        for (char type : new char[] {'1', '2'}) {
            assertThat(first(tar().link("a", type, "t".repeat(20))).linkName().length())
                    .isEqualTo(20);
            assertThat(refusal(tar().link("a", type, "t".repeat(21)))).isEqualTo(Kind.LIMIT);
            assertThat(refusal(tar().link("a", type, ""))).isEqualTo(Kind.HOSTILE);
        }
        assertThat(first(tar().raw("a/", '5', "x", 0, new byte[0], _ -> {})).linkName().length())
                .isZero();
    }

    @Test
    void aLongNameIsAsLongAsItMayBe() throws IOException {
        byte[] longest = text("n".repeat(29) + "\0");
        assertThat(first(tar().gnuLong('L', longest).file("a", "")).name().length()).isEqualTo(29);
        byte[] longer = text("n".repeat(30) + "\0");
        assertThat(refusal(tar().gnuLong('L', longer).file("a", ""))).isEqualTo(Kind.LIMIT);
        assertThat(refusal(tar().gnuLong('K', longer).link("a", '2', "t"))).isEqualTo(Kind.LIMIT);
        assertThat(first(tar().gnuLong('L', text("ab\0\0\0")).file("a", "")).name())
                .isEqualTo(ByteString.of("ab"));
        for (String inside : new String[] {"a\0b", "\0b", "\0b\0"}) {
            assertThat(refusal(tar().gnuLong('L', text(inside)).file("a", "")))
                    .isEqualTo(Kind.HOSTILE);
        }
    }

    @Test
    void anExtendedHeaderIsAsLongAsItMayBe() throws IOException {
        for (char type : new char[] {'x', 'g'}) {
            String key = "SCHILY.xattr.user.a";
            byte[] longest = TarBuilder.record(key, "v".repeat(64 - 5 - key.length()));
            assertThat(longest).hasSize(64);
            assertThat(first(tar().paxBytes(type, longest).file("a", "")).name())
                    .isEqualTo(ByteString.of("a"));
            byte[] longer = TarBuilder.record(key, "v".repeat(65 - 5 - key.length()));
            assertThat(refusal(tar().paxBytes(type, longer).file("a", ""))).isEqualTo(Kind.LIMIT);
        }
    }

    @Test
    void aGlobalHeaderMayTellOfTheArchiveButOfNoMember() throws IOException {
        assertThat(first(tar().pax('g', "comment", "x", "mtime", "1").file("a", "")).name())
                .isEqualTo(ByteString.of("a"));
        for (String key : new String[] {"path", "linkpath", "size"}) {
            assertThat(refusal(tar().pax('g', key, "1").file("a", ""))).isEqualTo(Kind.HOSTILE);
            assertThat(first(tar().pax('g', key, "").file("a", "")).name())
                    .isEqualTo(ByteString.of("a"));
        }
    }

    @Test
    void anOwnerHasANumberOf32Bits() throws IOException {
        assertThat(first(owner(0xffff_ffffL)).attributes().uid()).isEqualTo(-1);
        assertThat(first(owner(0)).attributes().uid()).isZero();
        assertThat(refusal(owner(0x1_0000_0000L))).isEqualTo(Kind.HOSTILE);
    }

    private static TarBuilder owner(long uid) {
        return tar().pax('x', "uid", Long.toString(uid)).file("a", "");
    }

    @Test
    void aModeHasNoTypeInIt() throws IOException {
        TarMember member = first(header(head -> TarBuilder.put(head, 100, text("0104755\0"))));
        assertThat(member.attributes().mode()).isEqualTo(04755);
    }

    @Test
    void noSizeIsNegative() {
        for (char type : new char[] {'0', '5', '2', 'x', 'L', 'K', 'g'}) {
            byte[] stream =
                    tar().raw(
                                    "a",
                                    type,
                                    "t",
                                    0,
                                    new byte[0],
                                    head -> Arrays.fill(head, 124, 136, (byte) 0xff))
                            .file("b", "")
                            .end();
            assertThat(refusal(stream)).as("%s", type).isEqualTo(Kind.HOSTILE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 513, 1024, 1025})
    void theNextMemberBeginsAtTheNextBlock(int size) throws IOException {
        TarReader reader = reader(tar().file("a", "x".repeat(size)).file("b", "y").end());
        reader.next();
        assertThat(reader.position()).isEqualTo(512);
        InputStream content = reader.content();
        assertThat(content.available()).isEqualTo(size);
        assertThat(content.read()).isEqualTo(size == 0 ? -1 : 'x');
        assertThat(content.available()).isEqualTo(Math.max(0, size - 1));
        assertThat(reader.next().orElseThrow().name()).isEqualTo(ByteString.of("b"));
        assertThat(reader.position()).isEqualTo(512 + (size + 511) / 512 * 512 + 512);
        assertThat(reader.content().readAllBytes()).isEqualTo(text("y"));
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).as("and stays at the end").isEmpty();
    }

    @Test
    void anArchiveEndsWithTwoBlocksOfZerosAndNothingElse() throws IOException {
        byte[] whole = tar().file("a", "x").end();
        assertThat(refusal(Arrays.copyOf(whole, whole.length - 512))).isEqualTo(Kind.TRUNCATED);
        assertThat(refusal(Arrays.copyOf(whole, whole.length - 1024))).isEqualTo(Kind.TRUNCATED);
        byte[] padded = Arrays.copyOf(whole, whole.length + 8 * 512);
        TarReader reader = reader(padded);
        assertThat(reader.next()).isPresent();
        assertThat(reader.next()).isEmpty();
        for (int at : new int[] {512, 512 + 511, 8 * 512 + 1023}) {
            byte[] more = padded.clone();
            more[whole.length - 1024 + at] = 1;
            assertThat(refusal(more)).as("%d", at).isEqualTo(Kind.HOSTILE);
        }
    }

    @Test
    void contentThatIsCutShortIsTold() {
        byte[] cut = Arrays.copyOf(tar().file("a", "x".repeat(600)).cut(), 512 + 599);
        TarReader reader = reader(cut);
        assertThatThrownBy(
                        () -> {
                            reader.next();
                            reader.content().readAllBytes();
                        })
                .hasMessageContaining("archive ends inside a");
        TarReader skipping = reader(cut);
        assertThatThrownBy(
                        () -> {
                            skipping.next();
                            skipping.next();
                        })
                .hasMessageContaining("archive ends inside a");
    }

    /// In GNU tar's old form.
    private static TarBuilder old(long size, long stored, long... pieces) {
        byte[] content = new byte[(int) stored];
        return tar().raw(
                        "a",
                        'S',
                        "",
                        stored,
                        content,
                        head -> {
                            TarBuilder.put(head, 257, text("ustar  \0"));
                            for (int i = 0; i < pieces.length; i++) {
                                TarBuilder.put(head, 386 + 12 * i, octal(pieces[i]));
                            }
                            TarBuilder.put(head, 483, octal(size));
                        });
    }

    @Test
    void anOldSparseFileHasAsManyPiecesAsItMayHave() throws IOException {
        assertThat(first(old(0, 0)).regions()).isEmpty();
        assertThat(first(old(90, 3, 0, 1, 50, 2)).regions())
                .containsExactly(new DataRegion(0, 1), new DataRegion(50, 2));
        assertThat(refusal(old(90, 3, 0, 1, 50, 1, 60, 1))).isEqualTo(Kind.LIMIT);
    }

    /// With its map in lines before the content.
    private static TarBuilder lines(String map, long size, int stored) {
        byte[] content = Arrays.copyOf(text(map), stored);
        return tar().pax('x', "GNU.sparse.major", "1", "GNU.sparse.realsize", Long.toString(size))
                .raw("a", '0', "", stored, content, _ -> {});
    }

    @Test
    void aMapInLinesIsReadUpToItsLastNumber() throws IOException {
        TarReader reader = reader(lines("2\n0\n1\n50\n2\n", 90, 512 + 3).file("b", "y").end());
        TarMember member = reader.next().orElseThrow();
        assertThat(member.sizeBytes()).isEqualTo(90);
        assertThat(member.regions()).containsExactly(new DataRegion(0, 1), new DataRegion(50, 2));
        assertThat(reader.content().readAllBytes()).hasSize(3);
        assertThat(reader.next().orElseThrow().name()).isEqualTo(ByteString.of("b"));
        assertThat(refusal(lines("3\n0\n1\n50\n1\n60\n1\n", 90, 512 + 3))).isEqualTo(Kind.LIMIT);
    }

    @Test
    void aMapInLinesMayFillItsMemberToTheLastByte() throws IOException {
        String zeros = "0".repeat(18);
        String map = "1\n" + zeros + "5\n0\n";
        assertThat(first(lines(map, 5, 512)).sizeBytes()).isEqualTo(5);
        assertThat(refusal(lines(map, 5, 511))).isEqualTo(Kind.HOSTILE);
        for (String absurd :
                new String[] {zeros + "00005\n", zeros + "05\n", "\n", "-1\n", "5x\n"}) {
            assertThat(refusal(lines("1\n" + absurd + "0\n", 5, 512)))
                    .as(absurd)
                    .isEqualTo(Kind.HOSTILE);
        }
    }

    @Test
    void aMapThatGoesOnBehindItsMemberIsRefused() {
        String endless = "1\n".repeat(256);
        assertThat(refusal(lines("9" + endless, 5, 512))).isEqualTo(Kind.LIMIT);
        assertThat(refusal(lines("1\n" + "0".repeat(510), 5, 512))).isEqualTo(Kind.HOSTILE);
    }

    @Test
    void ofTwoSizesOfASparseFileTheRealOneCounts() throws IOException {
        byte[] both =
                tar().pax(
                                'x',
                                "GNU.sparse.realsize",
                                "9",
                                "GNU.sparse.size",
                                "7",
                                "GNU.sparse.map",
                                "0,1")
                        .file("a", "x")
                        .end();
        TarReader reader = new TarReader(new ByteArrayInputStream(both), ArchiveLimits.DEFAULTS);
        assertThat(reader.next().orElseThrow().sizeBytes()).isEqualTo(9);
        assertThat(refusal(tar().pax('x', "GNU.sparse.map", "0,1").file("a", "x")))
                .isEqualTo(Kind.HOSTILE);
    }

    /// Its path is one that names no file, for readers that do not know the format.
    @Test
    void aSparseFileHasTheNameOfItsOwnRecord() throws IOException {
        byte[] stream =
                tar().pax(
                                'x',
                                "path",
                                "GNUSparseFile.1/a",
                                "GNU.sparse.name",
                                "a",
                                "GNU.sparse.size",
                                "1",
                                "mtime",
                                "5.25")
                        .pax('g', "comment", "x")
                        .raw("x", '0', "", 0, new byte[0], _ -> {})
                        .end();
        TarMember member =
                new TarReader(new ByteArrayInputStream(stream), ArchiveLimits.DEFAULTS)
                        .next()
                        .orElseThrow();
        assertThat(member.name()).isEqualTo(ByteString.of("a"));
        assertThat(member.attributes().mtimeSeconds()).isEqualTo(5);
        assertThat(member.attributes().mtimeNanos()).isEqualTo(250_000_000);
    }

    @Test
    void aChecksumThatIsNoNumberHoldsForNothing() {
        byte[] stream = tar().file("a", "x").end();
        stream[150] = 'x';
        assertThat(refusal(stream)).isEqualTo(Kind.DAMAGED);
    }

    /// Of GNU tar's old form: four pieces in the header, 21 in a further block, and no byte more.
    @Test
    void aFurtherBlockOfAMapMayBeFull() throws IOException {
        byte[] stream = Arrays.copyOf(old(100, 0, 0, 0, 1, 0, 2, 0, 3, 0).cut(), 2 * 512 + 1024);
        byte[] header = Arrays.copyOf(stream, 512);
        header[482] = 1;
        TarBuilder.sign(header);
        TarBuilder.put(stream, 0, header);
        for (int i = 0; i < 21; i++) {
            TarBuilder.put(stream, 512 + 24 * i, octal(4 + i));
            TarBuilder.put(stream, 512 + 24 * i + 12, octal(0));
        }
        TarReader reader = new TarReader(new ByteArrayInputStream(stream), ArchiveLimits.DEFAULTS);
        assertThat(reader.next().orElseThrow().sizeBytes()).isEqualTo(100);
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void aMemberHasOneExtendedHeaderAndOneLongName() throws IOException {
        assertThat(refusal(tar().pax('x', "mtime", "1").pax('x', "uid", "1").file("a", "")))
                .isEqualTo(Kind.HOSTILE);
        TarMember link =
                first(
                        tar().gnuLong('K', text("target\0"))
                                .gnuLong('L', text("n\0"))
                                .link("a", '2', "t"));
        assertThat(link.linkName()).isEqualTo(ByteString.of("target"));
        assertThat(link.name()).isEqualTo(ByteString.of("n"));
    }
}
