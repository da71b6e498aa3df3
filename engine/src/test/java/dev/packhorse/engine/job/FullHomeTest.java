package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Restores into homes that run full in the middle: of bytes, of files, of what the account may
/// have. Each time the home alone fails and says where, no file is half there, what was there
/// before is its old or its new self, the other modules go on, and the next restore brings all once
/// there is room. Needs root that may mount.
class FullHomeTest {
    private static final String OLD = "public_html/index.php";

    @TempDir Path folder;

    private RestoreServer server;
    private Path home;
    private Account alice;
    private Map<String, String> whole;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        home = server.root.resolve("/home/alice");
        alice = server.services.accounts().find(new AccountName("alice")).orElseThrow();
        Files.write(home.resolve("large"), new byte[3 << 20]);
        own(home.resolve("large"));
        server.backUp("alice");
        whole = files();
        assertThat(whole).containsKey(OLD).hasSizeGreaterThan(100);
        empty(home);
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", alice.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", alice.gid(), LinkOption.NOFOLLOW_LINKS);
    }

    private static void empty(Path home) throws IOException {
        try (var all = Files.walk(home)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!each.equals(home)) {
                    Files.delete(each);
                }
            }
        }
    }

    /// What the disk has before: the home itself, and a file that will be replaced.
    private void seed() throws IOException {
        own(home);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        Path old = home.resolve(OLD);
        own(Files.createDirectories(old.getParent()));
        own(Files.writeString(old, "old"));
    }

    /// Every regular file of the home with its content.
    private Map<String, String> files() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (var all = Files.walk(home)) {
            for (Path each : all.toList()) {
                if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    byte[] content = Files.readAllBytes(each);
                    // Names that are no text are told apart by what the JDK makes of their bytes.
                    found.put(
                            each.toUri().getRawPath().substring(home.toUri().getRawPath().length()),
                            content.length + " " + Arrays.hashCode(content));
                }
            }
        }
        return found;
    }

    private void failsFull(String reason) throws Exception {
        String old = files().get(OLD);

        RestoreResult full = server.restore(RestoreServer.whole("alice"));

        assertThat(full.result()).isZero();
        assertThat(full.message()).startsWith("failed: Homedir: ").endsWith(reason);
        assertThat(full.message())
                .as("names the member")
                .containsPattern("cannot be written: homedir/[^ :]+: ");
        assertThat(full.modules())
                .containsEntry("Homedir", "failed")
                .containsEntry("Cron", "done")
                .containsEntry("ZoneFile", "done")
                .containsEntry("PostRestoreActions", "done");
        Map<String, String> left = files();
        assertThat(left.remove(OLD)).isIn(old, whole.get(OLD));
        assertThat(left).as("nothing half, nothing new").isEmpty();
    }

    private void comesBack() throws Exception {
        RestoreResult done = server.restore(RestoreServer.whole("alice"));

        assertThat(done.modules()).as("%s", done).containsEntry("Homedir", "done");
        assertThat(files()).isEqualTo(whole);
    }

    @Test
    void aDiskWithoutRoom() throws Exception {
        Optional<SmallDisk> disk = SmallDisk.mount(home, "size=2m");
        assumeTrue(disk.isPresent(), "needs a root that may mount");
        try (SmallDisk small = disk.get()) {
            seed();
            failsFull("no space left on the file system");
            small.grow("size=64m");
            comesBack();
        }
    }

    /// Case A27.
    @Test
    void aDiskThatTakesNoMoreFiles() throws Exception {
        Optional<SmallDisk> disk = SmallDisk.mount(home, "size=64m,nr_inodes=90");
        assumeTrue(disk.isPresent(), "needs a root that may mount");
        try (SmallDisk small = disk.get()) {
            seed();
            failsFull("no space left on the file system");
            small.grow("nr_inodes=100000");
            comesBack();
        }
    }

    /// A Btrfs subvolume's limit answers like a user's quota, on kernels that have no quotas, too.
    @Test
    void anAccountThatMayHaveNoMore() throws Exception {
        Path image = folder.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(160L << 20);
        }
        boolean made = SmallDisk.run("mkfs.btrfs", "-q", image.toString()).isPresent();
        assumeTrue(made, "needs btrfs-progs");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        boolean mounted =
                SmallDisk.run("mount", "-o", "loop", image.toString(), disk.toString()).isPresent();
        assumeTrue(mounted, "needs a root that may mount, loop devices and Btrfs");
        try {
            Path volume = disk.resolve("alice");
            must("btrfs", "subvolume", "create", volume.toString());
            must("btrfs", "quota", "enable", disk.toString());
            must("btrfs", "qgroup", "limit", "2M", volume.toString());
            must("mount", "--bind", volume.toString(), home.toString());
            try {
                seed();
                failsFull("disk quota exceeded");
                must("btrfs", "qgroup", "limit", "none", volume.toString());
                comesBack();
            } finally {
                must("umount", "-l", home.toString());
            }
        } finally {
            must("umount", "-l", disk.toString());
        }
    }

    private static void must(String... command) {
        List<String> arguments = List.of(command).subList(1, command.length);
        assertThat(SmallDisk.run(command[0], arguments.toArray(String[]::new)))
                .as(String.join(" ", command))
                .isPresent();
    }
}
