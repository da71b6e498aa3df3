package dev.packhorse.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransitTest {
    @TempDir private Path state;

    private StagingArea area(long floor) throws IOException {
        return StagingArea.open(state.resolve("staging"), new ByteSize(floor));
    }

    @Test
    void whatAKilledDaemonLeftThereIsSweptAtTheNextStart() throws IOException {
        Path folder = area(0).transit().folder();
        assertThat(folder).startsWith(state.resolve("staging"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        Path left = Files.createDirectories(folder.resolve("rsync1/day")).resolve("object");
        Files.writeString(left, "half");
        assertThat(area(0).transit().folder()).isEmptyDirectory();
    }

    @Test
    void theFloorStaysFree() throws IOException {
        WorkPlace narrow = area(Long.MAX_VALUE / 2).transit();
        assertThat(narrow.roomBytes()).isNegative();
        assertThatThrownBy(() -> narrow.requireRoom(WorkPlace.SMALL_BYTES + 1))
                .isInstanceOf(OwnSideException.class)
                .hasMessageContaining("not enough space in " + narrow.folder());
        narrow.requireRoom(WorkPlace.SMALL_BYTES);
        area(0).transit().requireRoom(WorkPlace.SMALL_BYTES + 1);
    }
}
