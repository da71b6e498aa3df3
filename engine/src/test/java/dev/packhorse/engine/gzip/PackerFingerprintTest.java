package dev.packhorse.engine.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What was packed by another build of a library is known from what this one packs.
class PackerFingerprintTest {
    /// An instruction of ten bytes that does nothing, between functions; its last four are an
    /// address that nobody looks at.
    private static final byte[] NOTHING = HexFormat.of().parseHex("662e0f1f840000000000");

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void theIdentityNamesThePackerAndStaysWhileItIsTheSame(DeflateBackend backend) {
        assumeTrue(backend.isAvailable(), backend.title() + " is not installed");
        String identity = new GzipSettings(2, 6, backend).identity();

        assertThat(identity).endsWith("/6/" + PackerFingerprint.of(backend, 6));
        assertThat(new GzipSettings(7, 6, backend).identity()).isEqualTo(identity);
        assertThat(new GzipSettings(2, 5, backend).identity()).isNotEqualTo(identity);
        try (Codec codec = backend.codec(6)) {
            assertThat(PackerFingerprint.of(backend.code(), codec))
                    .isEqualTo(PackerFingerprint.of(backend, 6));
        }
    }

    @Test
    void otherCodeOrOtherOutputIsAnotherPacker() {
        List<String> all =
                Stream.of("build one", "build two")
                        .flatMap(code -> Stream.of(5, 6).map(level -> fingerprint(code, level)))
                        .toList();
        assertThat(all).doesNotHaveDuplicates().allMatch(each -> each.matches("[0-9a-f]{16}"));
        assertThat(fingerprint("build one", 5)).isEqualTo(all.getFirst());
    }

    private static String fingerprint(String code, int level) {
        try (Codec codec = new JdkCodec(level)) {
            return PackerFingerprint.of(code, codec);
        }
    }

    /// The system's library with another address in an instruction that does nothing: it packs the
    /// same, which a later version need not.
    @Test
    void anotherBuildOfLibdeflateIsAnotherPacker() throws Exception {
        assumeTrue(Libdeflate.INSTANCE.isPresent(), "libdeflate is not installed");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "knows no other instructions");
        byte[] library = Files.readAllBytes(systemsLibdeflate());
        int place = indexOfNothing(library);
        library[place + NOTHING.length - 1] = 1;
        Path rebuilt = Files.write(folder.resolve("libdeflate.so.0"), library);

        Libdeflate other = Libdeflate.load(rebuilt.toString()).orElseThrow();

        assertThat(other.code()).isNotEqualTo(Libdeflate.INSTANCE.get().code());
        try (Codec one = new LibdeflateCodec(Libdeflate.INSTANCE.get(), 5);
                Codec two = new LibdeflateCodec(other, 5)) {
            assertThat(packed(two)).isEqualTo(packed(one));
            assertThat(PackerFingerprint.of(other.code(), two))
                    .isNotEqualTo(PackerFingerprint.of(Libdeflate.INSTANCE.get().code(), one));
        }
    }

    private static ByteBuffer packed(Codec codec) {
        ByteBuffer raw = ByteBuffer.allocateDirect(1000);
        ByteBuffer packed = ByteBuffer.allocateDirect(2000);
        return packed.limit(codec.deflate(raw, packed)).position(0);
    }

    private static Path systemsLibdeflate() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/libdeflate.so") && line.contains("r-xp"))
                .map(line -> Path.of(line.substring(line.indexOf('/'))))
                .findFirst()
                .orElseThrow();
    }

    private static int indexOfNothing(byte[] library) {
        for (int i = library.length - NOTHING.length; i >= 0; i--) {
            if (java.util.Arrays.equals(
                    library, i, i + NOTHING.length, NOTHING, 0, NOTHING.length)) {
                return i;
            }
        }
        throw new AssertionError("the library has no such instruction");
    }
}
