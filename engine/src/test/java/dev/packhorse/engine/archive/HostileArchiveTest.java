package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Archives that somebody made to do harm, and the answer each must get. The numbers are those of
/// the catalogue of hostile inputs.
class HostileArchiveTest {
    @TempDir Path folder;

    static Stream<HostileCase> cases() {
        return Stream.of(
                        HostileMembers.names(),
                        HostileMembers.links(),
                        HostileMembers.twins(),
                        HostileHeaders.headers(),
                        HostileHeaders.sparse(),
                        HostileContainers.containers(),
                        HostileContainers.roots(),
                        HostileHomes.packed())
                .flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void getsItsAnswerWhenNobodyVouchesForIt(HostileCase hostile) throws Exception {
        check(hostile, hostile.restricted(), ArchiveTrust.RESTRICTED);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void getsItsAnswerWhenRootVouchesForIt(HostileCase hostile) throws Exception {
        check(hostile, hostile.vouched(), ArchiveTrust.VOUCHED);
    }

    private void check(HostileCase hostile, HostileCase.Answer wanted, ArchiveTrust trust)
            throws IOException {
        Path file = folder.resolve("archive");
        Files.write(file, hostile.archive().get());
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, trust);
        Map<String, Long> before = everything();
        switch (wanted) {
            case HostileCase.Answer.Refused refused -> {
                ArchiveException thrown =
                        catchThrowableOfType(
                                ArchiveException.class,
                                () -> judge.judge(file, unpacked, Cancellation.never()).close());
                assertThat(thrown).as("refused at all").isNotNull();
                assertThat(thrown).hasMessageContaining(refused.text());
                assertThat(thrown.kind()).isEqualTo(refused.kind());
                assertThat(everything()).as("what is left behind").isEqualTo(before);
            }
            case HostileCase.Answer.Skipped skipped -> {
                try (JudgedArchive archive = judge.judge(file, unpacked, Cancellation.never())) {
                    assertThat(archive.facts().skipped())
                            .singleElement()
                            .asString()
                            .startsWith(skipped.text());
                }
            }
            case HostileCase.Answer.Accepted _ -> {
                try (JudgedArchive archive = judge.judge(file, unpacked, Cancellation.never())) {
                    assertThat(archive.facts().skipped()).isEmpty();
                }
            }
        }
    }

    /// Everything below the test's folder, with its size.
    private Map<String, Long> everything() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList()) {
                found.put(path.toString(), Files.isDirectory(path) ? 0L : Files.size(path));
            }
        }
        return found;
    }
}
