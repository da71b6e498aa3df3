package dev.packhorse.transport.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreationLocksTest {
    @TempDir private Path folder;

    @Test
    void aPlaceHasOneLockByWhicheverPathItIsOpened() throws Exception {
        Path place = Files.createDirectory(folder.resolve("place"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), place);
        assertThat(CreationLocks.of(link)).isSameAs(CreationLocks.of(place));
        assertThat(CreationLocks.of(folder)).isNotSameAs(CreationLocks.of(place));
    }
}
