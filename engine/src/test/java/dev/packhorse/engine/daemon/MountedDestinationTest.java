package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.GoogleConsent;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.settings.SettingsLoader;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of a Local destination with `mount`, as real mounts of memory. Needs root.
class MountedDestinationTest {
    @TempDir private Path root;
    private Path disk;
    private boolean broken;
    private boolean killed;
    private LocalMounts mounts;
    private DestinationOpener opener;

    @BeforeEach
    void server() throws Exception {
        disk = Files.createDirectories(root.resolve("backup/disk"));
        for (Path each : List.of(root, root.resolve("backup"), disk)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assumeTrue(mounted().isEmpty() && unmounted().isEmpty(), "needs root");
        mounts =
                new LocalMounts(
                        new LocalMounts.Mounter() {
                            @Override
                            public Optional<String> mount(String hostPath) throws IOException {
                                assertThat(hostPath).isEqualTo("/backup/disk");
                                if (killed) {
                                    throw new IOException("mount gave no answer for 2 minutes");
                                }
                                return broken ? Optional.of("no such device") : mounted();
                            }

                            @Override
                            public Optional<String> unmount(String hostPath) throws IOException {
                                return unmounted();
                            }
                        });
        opener =
                new DestinationOpener(
                        new LocalPathRules(root, List::of, mounts),
                        new Folders(),
                        new GoogleCredentials(
                                root.resolve("google"),
                                new SecretSeal(new byte[SecretSeal.KEY_BYTES])),
                        new Speeds(
                                SettingsLoader.load(Optional.empty(), List.of()),
                                InstantSource.system()),
                        StagingArea.open(root.resolve("staging"), new ByteSize(0)).transit());
    }

    @AfterEach
    void leaveNothingMounted() throws Exception {
        while (isMounted()) {
            assertThat(unmounted()).isEmpty();
        }
    }

    private record Folders() implements Drivers {
        @Override
        public Transport folder(Path folder) throws TransportException {
            return new LocalTransport(folder);
        }

        @Override
        public Transport remote(String type, TransportSettings settings) {
            throw new IllegalStateException(type);
        }

        @Override
        public GoogleConsent google() {
            throw new IllegalStateException();
        }
    }

    private Optional<String> mounted() throws IOException {
        return run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "packhorse-test", "" + disk);
    }

    private Optional<String> unmounted() throws IOException {
        return run("umount", "" + disk);
    }

    private static Optional<String> run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.empty() : Optional.of(said);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private boolean isMounted() throws IOException {
        return new TrustedPath(root).isMountPoint(disk);
    }

    private Transport open(boolean mount, boolean noMountFail) throws TransportException {
        return opener.open(
                new Destination(
                        DestinationId.random(),
                        DestinationType.LOCAL,
                        "disk",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/backup/disk", mount, noMountFail)));
    }

    @Test
    void theDiskIsMountedWhileSomebodyHasItOpen() throws Exception {
        try (Transport first = open(true, true)) {
            assertThat(isMounted()).isTrue();
            assertThat(mounts.isOurs("/backup/disk")).isTrue();
            try (Transport second = open(true, false)) {
                assertThat(second.capacity()).isEqualTo(first.capacity());
            }
            assertThat(isMounted()).as("it is needed still").isTrue();
        }
        assertThat(isMounted()).isFalse();
        assertThat(mounts.isOurs("/backup/disk")).isFalse();
    }

    @Test
    void whatWasMountedStaysMounted() throws Exception {
        assertThat(mounted()).isEmpty();
        open(true, true).close();
        assertThat(isMounted()).isTrue();
        assertThat(mounts.isOurs("/backup/disk")).isFalse();
    }

    @Test
    void nobodyElseCanUnmountADiskThatIsUsed() throws Exception {
        try (Transport _ = open(true, true)) {
            assertThat(unmounted()).isPresent();
            assertThat(isMounted()).isTrue();
        }
        assertThat(isMounted()).isFalse();
        assertThat(mounted()).isEmpty();
        try (Transport _ = open(true, true)) {
            assertThat(unmounted()).as("nor one that was mounted before").isPresent();
        }
        assertThat(unmounted()).isEmpty();
    }

    @Test
    void aDiskThatIsBusyIsUnmountedAfterTheNextUse() throws Exception {
        Transport place = open(true, true);
        try (var _ = Files.newDirectoryStream(disk)) {
            place.close();
            assertThat(isMounted()).isTrue();
        }
        open(true, true).close();
        assertThat(isMounted()).isFalse();
    }

    private void assertAway() {
        assertThatThrownBy(() -> open(true, true))
                .hasMessageContaining("is not mounted")
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNAVAILABLE));
    }

    @Test
    void aDiskThatCannotBeMountedIsRefusedWhereThatMatters() throws Exception {
        broken = true;
        assertAway();
        open(true, false).close();
        killed = true;
        assertAway();
        open(true, false).close();
        killed = false;
        assertThat(isMounted()).isFalse();
        broken = false;
        open(true, true).close();
        open(false, false).close();
        assertThat(isMounted()).isFalse();
    }
}
