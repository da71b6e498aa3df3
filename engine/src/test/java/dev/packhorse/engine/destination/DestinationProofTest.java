package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationProofTest {
    @TempDir Path folder;

    private static final Destination DESTINATION = DestinationStoreTest.local("disk");

    private long filesLeft() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aGoodPlaceKeepsEveryPromiseAndIsLeftAsItWas() throws IOException {
        Files.writeString(folder.resolve("of-others"), "x");
        DestinationProof.Report report =
                new DestinationProof(_ -> new LocalTransport(folder))
                        .run(DESTINATION, Cancellation.never());
        assertThat(report.findings()).hasSize(11).allMatch(DestinationProof.Finding::isKept);
        assertThat(report.traits().readsRanges()).isTrue();
        assertThat(filesLeft()).isEqualTo(1);
    }

    @Test
    void aBadPlaceIsToldPromiseByPromise() throws IOException {
        // It overwrites nothing, checks nothing and reads no ranges: the double of the other tests.
        DestinationProof.Report report =
                new DestinationProof(_ -> new FolderTransport(folder, ""))
                        .run(DESTINATION, Cancellation.never());
        List<String> broken =
                report.findings().stream()
                        .filter(finding -> !finding.isKept())
                        .map(DestinationProof.Finding::promise)
                        .toList();
        assertThat(broken)
                .contains(
                        "a second object takes the place of the first",
                        "content that is not what was declared leaves nothing",
                        "a part of an object is exact")
                .doesNotContain("a small object comes back");
    }

    @Test
    void aPlaceThatDoesNotOpenAndACancelledProofThrow() {
        assertThatThrownBy(() ->
                        new DestinationProof(_ -> new LocalTransport(folder.resolve("none")))
                                .run(DESTINATION, Cancellation.never()))
                .hasMessageContaining("no such folder");
        CancellationSource cancelled = new CancellationSource();
        cancelled.request();
        assertThatThrownBy(() ->
                        new DestinationProof(_ -> new LocalTransport(folder))
                                .run(DESTINATION, cancelled))
                .isInstanceOf(CancelledException.class);
    }
}
