package dev.packhorse.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsPlaceTest {
    private static final JobId JOB = JobId.random();
    private static final JobId LATER = JobId.random();

    @TempDir private Path folder;
    private Path area;
    private Path big;

    @BeforeEach
    void folders() throws IOException {
        area = folder.resolve("state/staging");
        big = Files.createDirectory(folder.resolve("big"));
    }

    private StagingArea start(Optional<Path> wanted) throws IOException {
        return StagingArea.open(area, new ByteSize(0), JobsPlace.choose(area, wanted));
    }

    @Test
    void theNamedFolderHoldsWhatJobsKeepForRootAlone() throws IOException {
        StagingArea staging = start(Optional.of(big));
        Path kept = staging.ofJob(JOB);
        assertThat(kept.getParent()).isEqualTo(big.resolve(".packhorse-restores"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent())))
                .isEqualTo("rwx------");
        Files.createDirectory(kept);
        Files.writeString(kept.resolve("archive"), "x");

        // what a plan has left is taken over there, too
        staging.leaveOfJob(JOB);
        assertThat(staging.takeOver(staging.ofJob(LATER), _ -> true)).isTrue();
        assertThat(staging.ofJob(LATER).resolve("archive")).hasContent("x");
        staging.removeOfJob(LATER);
        assertThat(big.resolve(".packhorse-restores")).isEmptyDirectory();
    }

    @Test
    void whatJobsHaveStaysInUseUntilItIsGone() throws IOException {
        Path usual = start(Optional.empty()).ofJob(JOB);
        Files.createDirectories(usual);

        StagingArea second = start(Optional.of(big));
        assertThat(second.ofJob(JOB)).isEqualTo(usual).isDirectory();
        second.removeOfJob(JOB);
        Path elsewhere = start(Optional.of(big)).ofJob(JOB);
        assertThat(elsewhere).isNotEqualTo(usual);

        // and back, also to a third place
        Files.createDirectory(elsewhere);
        Path third = Files.createDirectory(folder.resolve("third"));
        assertThat(start(Optional.empty()).ofJob(JOB)).isEqualTo(elsewhere).isDirectory();
        assertThat(start(Optional.of(third)).ofJob(JOB)).isEqualTo(elsewhere);
        Files.delete(elsewhere);
        assertThat(start(Optional.of(third)).ofJob(JOB))
                .isEqualTo(third.resolve(".packhorse-restores/" + JOB.value()));
        assertThat(start(Optional.empty()).ofJob(JOB)).isEqualTo(usual);
    }

    @Test
    void aDiskThatIsGoneIsNotWaitedFor() throws IOException {
        Path kept = start(Optional.of(big)).ofJob(JOB);
        Files.createDirectory(kept);
        Files.move(big, folder.resolve("unplugged"));
        assertThat(start(Optional.empty()).ofJob(JOB).startsWith(area)).isTrue();
    }

    @Test
    void aLinkInItsPlaceIsRefused() throws IOException {
        Files.createSymbolicLink(big.resolve(".packhorse-restores"), folder);
        assertThatThrownBy(() -> start(Optional.of(big)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a link");
    }
}
