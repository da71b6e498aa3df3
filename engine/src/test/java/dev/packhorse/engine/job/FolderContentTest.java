package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderContentTest {
    @TempDir private Path folder;
    private Path tree = Path.of("none");
    private Path file = Path.of("none");

    @BeforeEach
    void make() throws IOException {
        tree = Files.createDirectory(folder.resolve("demo"));
        file = Files.writeString(tree.resolve("index.html"), "hello");
    }

    private FolderContent content(StagingArea staging) throws IOException {
        try (HostArchive archive = HostArchive.open(tree)) {
            String sha256 = archive.treeSha256(folder.resolve("lines"), Cancellation.never());
            return new FolderContent(tree, 5, sha256, List.of(), staging);
        }
    }

    /// Its upload may be what frees the disk.
    @Test
    void aTreeIsProvenBelowTheFloorOfFreeSpaceToo() throws IOException {
        ByteSize floor = new ByteSize(Long.MAX_VALUE / 2);
        FolderContent content = content(StagingArea.open(folder.resolve("staging"), floor));
        content.proveUnchanged(Cancellation.never());
        Files.writeString(file, "other");
        assertThatThrownBy(() -> content.proveUnchanged(Cancellation.never()))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("does not have the digest");
    }
}
