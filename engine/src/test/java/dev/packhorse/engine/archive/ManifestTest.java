package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final ManifestMac MAC = new ManifestMac(new byte[32]);

    private static Manifest manifest() {
        return new Manifest(
                Manifest.FORMAT,
                new AccountName("demo"),
                Instant.parse("2026-11-24T01:02:03.000000004Z"),
                "node-1",
                new Manifest.ArchiveFile("demo.tar.gz", 12_345, "ab".repeat(32)),
                List.of(new Manifest.ArchiveFile("demo.index", 77, "cd".repeat(32))),
                new ArchiveTotals(3, 4, 1, 9_999),
                new TreeMap<>(
                        Map.of(
                                "Mysql",
                                Manifest.Packed.of(
                                        Map.of("tables", 7L, "databases", 1L), List.of()),
                                "Homedir",
                                Manifest.Packed.of(
                                        Map.of("files", 3L), List.of("homedir/ü: shrank")))));
    }

    @Test
    void comesBackFromItsFile() throws Exception {
        SealedManifest sealed = MAC.seal(manifest());
        SealedManifest read = ManifestJson.read(ManifestJson.write(sealed));
        assertThat(read).isEqualTo(sealed);
        assertThat(MAC.proves(read)).isTrue();
    }

    @Test
    void aLabelIsSealedWithTheRest() throws Exception {
        Manifest plain = manifest();
        Manifest labelled =
                new Manifest(
                        plain.format(),
                        plain.account(),
                        plain.created(),
                        plain.node(),
                        plain.archive(),
                        plain.beside(),
                        plain.totals(),
                        plain.components(),
                        "before upgrade");
        byte[] json = ManifestJson.write(MAC.seal(labelled));
        SealedManifest read = ManifestJson.read(json);
        assertThat(read.manifest()).isEqualTo(labelled);
        assertThat(MAC.proves(read)).isTrue();
        String changed =
                new String(json, StandardCharsets.UTF_8).replace("before upgrade", "after upgrade");
        assertThat(MAC.proves(ManifestJson.read(changed.getBytes(StandardCharsets.UTF_8))))
                .isFalse();
    }

    @Test
    void theSealedFormIsAFixedOne() {
        assertThat(new String(ManifestJson.canonical(manifest()), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"format\":1,\"account\":\"demo\",\"created\":\"2026-11-24T01:02:03.000000004Z\","
                                + "\"node\":\"node-1\",\"archive\":{\"name\":\"demo.tar.gz\",\"sizeBytes\":12345,\"sha256\":\""
                                + "ab".repeat(32)
                                + "\"},\"beside\":[{\"name\":\"demo.index\",\"sizeBytes\":77,\"sha256\":\""
                                + "cd".repeat(32)
                                + "\"}],\"totals\":{\"files\":3,\"folders\":4,\"links\":1,\"unpackedBytes\":9999},"
                                + "\"components\":{\"Homedir\":{\"counts\":{\"files\":3},\"warnings\":[\"homedir/ü: shrank\"]},"
                                + "\"Mysql\":{\"counts\":{\"databases\":1,\"tables\":7},\"warnings\":[]}}}");
    }

    @Test
    void anyChangeOrAnotherKeyBreaksTheSeal() throws Exception {
        SealedManifest sealed = MAC.seal(manifest());
        String json = new String(ManifestJson.write(sealed), StandardCharsets.UTF_8);
        for (String[] change :
                new String[][] {
                    {"12345", "12346"},
                    {"abab", "abac"},
                    {"\"demo\"", "\"demi\""},
                    {"node-1", "node-2"},
                    {"\"tables\" : 7", "\"tables\" : 8"},
                    {"shrank", "shrunk"}
                }) {
            String changed = json.replace(change[0], change[1]);
            assertThat(changed).as(change[0]).isNotEqualTo(json);
            assertThat(MAC.proves(ManifestJson.read(changed.getBytes(StandardCharsets.UTF_8))))
                    .as(change[0])
                    .isFalse();
        }
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        assertThat(new ManifestMac(otherKey).proves(sealed)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "format" : 1,            | "format" : 2,
                    "format" : 1,            | "format" : 1, "format" : 1,
                    "format" : 1,            | "format" : "1",
                    "format" : 1,            | "format" : 1.5,
                    "format" : 1,            | "format" : 1, "new" : true,
                    "node" : "node-1",       |
                    "node" : "node-1"        | "node" : null
                    2026-11-24T01            | yesterday
                    demo.tar.gz              | ../demo.tar.gz
                    "demo"                   | "root"
                    "sizeBytes" : 12345      | "sizeBytes" : -1
                    "sizeBytes" : 12345      | "sizeBytes" : null
                    """)
    void aFileThatIsNotQuiteAManifestIsRefused(String part, String replacement) {
        String json = new String(ManifestJson.write(MAC.seal(manifest())), StandardCharsets.UTF_8);
        String changed = json.replace(part, replacement == null ? "" : replacement);
        assertThat(changed).isNotEqualTo(json);
        assertThatThrownBy(() -> ManifestJson.read(changed.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ArchiveException.class)
                .hasMessageStartingWith("manifest is malformed: ");
    }

    @Test
    void bytesThatAreNoJsonAreRefused() {
        byte[] whole = ManifestJson.write(MAC.seal(manifest()));
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 2);
        assertThatThrownBy(() -> ManifestJson.read(cut)).isInstanceOf(ArchiveException.class);
        byte[] more = java.util.Arrays.copyOf(whole, whole.length + 1);
        more[whole.length] = '{';
        assertThatThrownBy(() -> ManifestJson.read(more)).isInstanceOf(ArchiveException.class);
    }

    @Test
    void aKeyHas32Bytes() {
        assertThatThrownBy(() -> new ManifestMac(new byte[16]))
                .hasMessage("manifest key must have 32 bytes");
    }
}
