package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How extended headers are taken apart, up to the last record and number that they may have.
class PaxHeaderTest {
    private static final ArchiveLimits LIMITS = limits(5, 2);

    private static ArchiveLimits limits(int records, int pieces) {
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
                records,
                pieces,
                usual.ratio(),
                usual.ratioFreeBytes());
    }

    private static PaxHeader parse(String... keysAndValues) throws ArchiveException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.writeBytes(TarBuilder.record(keysAndValues[i], keysAndValues[i + 1]));
        }
        return PaxHeader.parse(records.toByteArray(), LIMITS);
    }

    private static ByteString bytes(String text) {
        return ByteString.of(text.getBytes(ISO_8859_1));
    }

    /// Each after a record that is none of the kind.
    @ParameterizedTest
    @ValueSource(strings = {"99 a=b\n", "7 a=b\n", "12", "6 a=bX", "6 abc\n", "1 \n", "0 a=b\n"})
    void alsoTheLastRecordHasToBeOne(String last) {
        byte[] content = ("8 uid=1\n" + last).getBytes(ISO_8859_1);
        assertThat(
                        catchThrowableOfType(
                                        ArchiveException.class,
                                        () -> PaxHeader.parse(content, LIMITS))
                                .kind())
                .isEqualTo(Kind.HOSTILE);
    }

    @ParameterizedTest
    @CsvSource({"path", "linkpath", "GNU.sparse.name"})
    void aNameHasNoNulNotEvenAtItsBeginning(String key) {
        assertThatThrownBy(() -> parse(key, "\0x")).hasMessageContaining("NUL in its " + key);
        assertThatThrownBy(() -> parse("\0" + key, "x")).hasMessageContaining("malformed key");
    }

    private static String[] attributes(int count) {
        return IntStream.range(0, count)
                .boxed()
                .flatMap(i -> Stream.of("SCHILY.xattr.user." + i, "x"))
                .toArray(String[]::new);
    }

    @Test
    void itHasAsManyRecordsAsItMayHave() throws Exception {
        assertThat(parse(attributes(5)).xattrs()).hasSize(5);
        assertThat(catchThrowableOfType(ArchiveException.class, () -> parse(attributes(6))).kind())
                .isEqualTo(Kind.LIMIT);
    }

    /// Old sparse files have two records for each of their pieces.
    @Test
    void recordsOfPiecesDoNotCount() throws Exception {
        String[] pieces = {
            "GNU.sparse.offset", "0", "GNU.sparse.numbytes", "1",
            "GNU.sparse.offset", "5", "GNU.sparse.numbytes", "1"
        };
        String[] all = Stream.of(pieces, attributes(5)).flatMap(Stream::of).toArray(String[]::new);
        PaxHeader header = parse(all);
        assertThat(header.oldMap()).containsExactly(new DataRegion(0, 1), new DataRegion(5, 1));
        assertThat(header.xattrs()).hasSize(5);
        String[] more = Stream.of(pieces, attributes(6)).flatMap(Stream::of).toArray(String[]::new);
        assertThatThrownBy(() -> parse(more)).hasMessageContaining("more than 5 records");
    }

    @Test
    void aMapInOneRecordHasAsManyPiecesAsItMayHave() throws Exception {
        assertThat(parse("GNU.sparse.map", "0,1,5,1").oldMap())
                .containsExactly(new DataRegion(0, 1), new DataRegion(5, 1));
        PaxHeader three = parse("GNU.sparse.map", "0,1,5,1,9,1");
        assertThatThrownBy(three::oldMap).hasMessageContaining("sparse map");
    }

    @Test
    void aPieceMayEndWithTheLastByteThatCanBeCounted() throws Exception {
        assertThat(PaxHeader.region(Long.MAX_VALUE - 1, 1))
                .isEqualTo(new DataRegion(Long.MAX_VALUE - 1, 1));
        assertThatThrownBy(() -> PaxHeader.region(Long.MAX_VALUE, 1))
                .hasMessageContaining("absurd piece");
    }

    /// bsdtar writes both forms of each attribute; they could differ.
    @Test
    void anAttributeOfLibarchiveCountsWhereNoOtherIsGiven() throws Exception {
        assertThat(
                        parse(
                                        "LIBARCHIVE.xattr.user.%61+b", "MQ==",
                                        "LIBARCHIVE.xattr.user.c", "Mg==",
                                        "SCHILY.xattr.user.c", "3")
                                .xattrs())
                .containsOnlyKeys(bytes("user.a+b"), bytes("user.c"))
                .containsEntry(bytes("user.a+b"), bytes("1"))
                .containsEntry(bytes("user.c"), bytes("3"));
    }

    /// Which of two would count is a matter of the reader; of records that nobody goes by it is
    /// none.
    @Test
    void whatAReaderGoesByIsSaidOnce() throws Exception {
        for (String key : new String[] {"path", "linkpath", "GNU.sparse.name", "uid", "mtime"}) {
            assertThatThrownBy(() -> parse(key, "1", key, "1"))
                    .hasMessageContaining("says its " + key + " twice");
        }
        PaxHeader header = parse("comment", "a", "comment", "b", "atime", "1", "atime", "2");
        assertThat(header.isSparse()).isFalse();
    }

    @Test
    void accessListsCountWhereNoAttributeIsGiven() throws Exception {
        String list = "user::rw-,user:7:r--:7,group::r--,mask::r--,other::---";
        assertThat(
                        parse(
                                        "SCHILY.acl.access", list,
                                        "SCHILY.acl.default", list,
                                        "SCHILY.xattr.system.posix_acl_default", "own")
                                .xattrs())
                .containsOnlyKeys(
                        bytes("system.posix_acl_access"), bytes("system.posix_acl_default"))
                .containsEntry(bytes("system.posix_acl_default"), bytes("own"));
        assertThat(parse("SCHILY.acl.default", list).xattrs())
                .containsOnlyKeys(bytes("system.posix_acl_default"));
    }
}
