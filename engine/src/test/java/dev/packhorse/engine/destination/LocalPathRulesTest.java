package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.rootfile.UntrustedPathException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathRulesTest {
    @TempDir Path root;
    private LocalPathRules rules;

    @BeforeEach
    void rules() throws IOException {
        rules =
                new LocalPathRules(
                        root, () -> List.of("/home/demo", "/srv/www/other"), LocalMounts.none());
        folder("backup", "rwxr-xr-x");
    }

    private Path folder(String name, String mode) throws IOException {
        Path made = Files.createDirectories(root.resolve(name));
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
    }

    @Test
    void aFolderOfItsOwnMayBeUsedAndIsMadePrivately() throws IOException {
        Path made = rules.prepare("/backup/second/level");
        assertThat(made).isEqualTo(root.resolve("backup/second/level")).isDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "backup",
                "/backup/../etc",
                "/backup//x",
                "/backup/./x",
                "/backup/\nx",
                "/etc",
                "/etc/deep/down",
                "/proc/1",
                "/home",
                "/home/demo",
                "/home/demo/backup",
                "/srv/www",
                "/usr/bin",
                "/var/cpanel/backups",
                "/dev/shm",
                "/tmp"
            })
    void placesThatAreNotOursAreRefused(String path) {
        assertThatThrownBy(() -> rules.check(path)).isInstanceOf(UntrustedPathException.class);
    }

    @Test
    void aPartThatOthersMayWriteIsNamed() throws IOException {
        folder("backup/open", "rwxrwxr-x");
        assertThatThrownBy(() -> rules.check("/backup/open/deeper"))
                .isInstanceOf(UntrustedPathException.class)
                .hasMessageStartingWith("/backup/open can be changed by others");
        assertThat(root.resolve("backup/open/deeper")).doesNotExist();
    }

    @Test
    void aPartOfSomebodyElseIsNamed() throws IOException {
        assumeTrue(isRoot(), "only root can give folders away");
        Files.setAttribute(folder("backup/given", "rwxr-xr-x"), "unix:uid", 12_345);
        assertThatThrownBy(() -> rules.check("/backup/given"))
                .isInstanceOf(UntrustedPathException.class)
                .hasMessageContaining("/backup/given belongs to user 12345");
    }

    @Test
    void aLinkOfSomebodyElseIsRefused() throws IOException {
        assumeTrue(isRoot(), "only root can give links away");
        Path link = Files.createSymbolicLink(root.resolve("backup/link"), Path.of("/backup"));
        Files.setAttribute(link, "unix:uid", 12_345, LinkOption.NOFOLLOW_LINKS);
        assertThatThrownBy(() -> rules.check("/backup/link"))
                .isInstanceOf(UntrustedPathException.class)
                .hasMessageContaining("/backup/link belongs to user 12345");
    }

    @Test
    void aLinkOfRootIsFollowedWithinTheHostAndJudgedByItsTarget() throws IOException {
        folder("disk", "rwxr-xr-x");
        folder("etc", "rwxr-xr-x");
        Files.createSymbolicLink(root.resolve("backup/good"), Path.of("/disk"));
        Files.createSymbolicLink(root.resolve("backup/bad"), Path.of("/etc"));
        Files.createSymbolicLink(root.resolve("backup/up"), Path.of("../disk"));
        Files.createSymbolicLink(root.resolve("backup/loop"), Path.of("loop"));

        assertThat(rules.check("/backup/good/x")).isEqualTo(root.resolve("disk/x"));
        for (String path : List.of("/backup/bad", "/backup/up", "/backup/loop")) {
            assertThatThrownBy(() -> rules.check(path)).isInstanceOf(UntrustedPathException.class);
        }
    }

    @Test
    void aMissingMountIsToldWhenItMatters() throws IOException {
        assertThatThrownBy(() ->
                        rules.prepare(new DestinationSettings.Local("/backup/disk", true, true)))
                .isInstanceOf(NotMountedException.class)
                .hasMessageContaining("is not mounted");
        assertThat(root.resolve("backup/disk")).doesNotExist();
        assertThat(rules.prepare(new DestinationSettings.Local("/backup/disk", true, false)))
                .isDirectory();
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }
}
