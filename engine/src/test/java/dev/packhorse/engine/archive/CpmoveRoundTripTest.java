package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.gzip.DeflateBackend;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpmoveRoundTripTest {
    @TempDir Path folder;

    static LongStream seeds() {
        return LongStream.range(0, 120);
    }

    static LongStream fewSeeds() {
        return LongStream.range(1_000, 1_024);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void ourReaderGivesBackWhatWasPut(long seed) throws Exception {
        List<RandomTree.Item> items = RandomTree.of(seed);
        Path file = folder.resolve("archive");
        PackedArchive packed = ArchiveBuilding.pack(file, packing(seed), items);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(packed.sizeBytes()).isEqualTo(bytes.length);
        assertThat(packed.sha256())
                .isEqualTo(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));

        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.OWN, ArchiveTrust.PROVEN);
        try (JudgedArchive archive = judge.judge(file, unpacked, Cancellation.never())) {
            ArchiveFacts facts = archive.facts();
            assertThat(facts.sha256()).isEqualTo(packed.sha256());
            assertThat(facts.skipped()).isEmpty();
            assertThat(
                            new ArchiveTotals(
                                    facts.files(),
                                    facts.folders(),
                                    facts.links(),
                                    facts.unpackedBytes()))
                    .isEqualTo(packed.totals());
            assertThat(readHome(archive)).containsExactlyElementsOf(items);
        }
    }

    private static List<RandomTree.Item> readHome(JudgedArchive archive) throws IOException {
        List<RandomTree.Item> found = new ArrayList<>();
        archive.forEach(
                BytePath.of("homedir"),
                (entry, content) ->
                        found.add(
                                new RandomTree.Item(entry, ByteString.of(content.readAllBytes()))));
        return found;
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void gnuTarUnpacksTheSame(long seed) throws Exception {
        Assumptions.assumeTrue(Identity.ofProcess().isRoot(), "owners need root");
        Assumptions.assumeTrue(isGnuTar(), "GNU tar is not installed");
        List<RandomTree.Item> items = RandomTree.of(seed);
        Path file = folder.resolve("cpmove-demo.tar.gz");
        Packing packing = packing(seed);
        ArchiveBuilding.pack(file, packing, items);
        if (packing instanceof Packing.Gzip) {
            assertThat(run(List.of("gzip", "-t", file.toString()))).isEmpty();
        }
        Path target = Files.createDirectory(folder.resolve("target"));
        String told =
                run(
                        List.of(
                                "tar",
                                packing instanceof Packing.Gzip ? "xzpf" : "xpf",
                                file.toString(),
                                "-C",
                                target.toString(),
                                "--numeric-owner",
                                "--warning=no-timestamp",
                                "--delay-directory-restore",
                                "--xattrs",
                                "--xattrs-include=*"));
        assertThat(told).isEmpty();
        new TreeComparison(target.resolve("cpmove-demo")).compare(items);
        assertThat(Files.readString(target.resolve("cpmove-demo/cp/demo")))
                .isEqualTo("USER=demo\nDNS=demo.example\n");
    }

    private static Packing packing(long seed) {
        List<DeflateBackend> backends =
                Stream.of(DeflateBackend.values()).filter(DeflateBackend::isAvailable).toList();
        int choice = (int) (seed % (backends.size() + 1));
        return choice == backends.size()
                ? new Packing.Plain()
                : new Packing.Gzip(new GzipSettings(2, 6, backends.get(choice)));
    }

    private static boolean isGnuTar() throws Exception {
        return Files.isExecutable(Path.of("/usr/bin/tar"))
                && run(List.of("/usr/bin/tar", "--version")).contains("GNU tar");
    }

    /// Runs a command that must succeed, and returns what it printed.
    private static String run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String told =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }
}
