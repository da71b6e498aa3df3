package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedFolderTest {
    @TempDir private Path state;

    private Path all() {
        return state.resolve("lookups");
    }

    @Test
    void nothingIsMadeBeforeItIsNeeded() throws IOException {
        LockedFolder folder = new LockedFolder(all(), 0);
        assertThat(all()).doesNotExist();
        Path own = folder.folder();
        assertThat(folder.folder()).isEqualTo(own).isDirectory().hasParent(all());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
    }

    @Test
    void whatEndedProcessesLeftGoesAndWhatLivingOnesHaveStays() throws Exception {
        Path dead = Files.createDirectories(all().resolve("dead/rsync1/day"));
        Files.writeString(dead.resolve("object"), "half");
        Files.createSymbolicLink(dead.resolve("link"), state);
        Files.createFile(all().resolve("dead.lock"));
        LockedFolder living = new LockedFolder(all(), 0);
        Path own = Files.writeString(living.folder().resolve("object"), "on its way");

        Path other = new LockedFolder(all(), 0).folder();

        assertThat(all().resolve("dead")).doesNotExist();
        assertThat(all().resolve("dead.lock")).doesNotExist();
        assertThat(own).hasContent("on its way");
        assertThat(other).isEmptyDirectory().isNotEqualTo(living.folder());
        assertThat(state).isDirectory();
    }

    /// Somebody's mount, or a child that still writes there.
    @Test
    void whatCannotBeRemovedIsInNobodysWay() throws IOException {
        Files.createDirectories(all());
        Files.createDirectories(all().resolve("a.lock"));
        Files.createDirectories(all().resolve("b"));
        Files.createFile(all().resolve("b.lock"));
        assertThat(new LockedFolder(all(), 0).folder()).isEmptyDirectory();
        assertThat(all().resolve("b")).doesNotExist();
        assertThat(all().resolve("b.lock")).doesNotExist();
    }

    @Test
    void nothingStaysWhenItIsClosed() throws IOException {
        LockedFolder folder = new LockedFolder(all(), 0);
        folder.close();
        assertThat(all()).doesNotExist();
        Files.writeString(folder.folder().resolve("object"), "fetched");
        folder.close();
        folder.close();
        assertThat(all()).isEmptyDirectory();
    }

    @Test
    void theFloorStaysFree() throws IOException {
        LockedFolder folder = new LockedFolder(all(), Long.MAX_VALUE / 2);
        assertThat(folder.roomBytes()).isNegative();
        assertThatThrownBy(() -> folder.requireRoom(WorkPlace.SMALL_BYTES + 1))
                .isInstanceOf(OwnSideException.class)
                .hasMessageContaining("not enough space in " + folder.folder());
        folder.requireRoom(WorkPlace.SMALL_BYTES);
    }
}
