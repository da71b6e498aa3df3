package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Downloads out of a tree of an incremental backup. Needs root, for files of other users.
class OpenedTreeTest {
    private static final int LARGE_BYTES = 700_001;

    @TempDir static Path folder;

    private static RestoreServer server;
    private static Path home;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
        home = server.root.resolve("/home/alice");
        Path odd = Files.createDirectories(home.resolve("public_html/odd"));
        byte[] large = new byte[LARGE_BYTES];
        new Random(5).nextBytes(large);
        Files.write(odd.resolve("large.bin"), large);
        Files.writeString(odd.resolve("first"), "two names\n");
        Files.createLink(odd.resolve("second"), odd.resolve("first"));
        Files.createLink(home.resolve("third"), odd.resolve("first"));
        Files.createSymbolicLink(odd.resolve("link"), Path.of("../../third"));
        try (RandomAccessFile holes = new RandomAccessFile(odd.resolve("holes").toFile(), "rw")) {
            holes.setLength(3 << 20);
            holes.seek(1 << 20);
            holes.write(large, 0, 5_000);
        }
        Files.setPosixFilePermissions(
                odd.resolve("large.bin"), PosixFilePermissions.fromString("r-xr-----"));
        try (Directory opened = Directory.openTrusted(odd)) {
            opened.setXattr(ByteString.of("user.note"), ByteString.of("noted"));
        }
        own(odd, home.resolve("third"));
        server.backUp("alice");
    }

    private static void own(Path top, Path further) throws IOException {
        int uid = server.services.accounts().find(new AccountName("alice")).orElseThrow().uid();
        try (Stream<Path> below = Files.walk(top);
                Stream<Path> all = Stream.concat(below, Stream.of(further))) {
            for (Path each : all.toList()) {
                Files.setAttribute(each, "unix:uid", uid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(each, "unix:gid", uid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static OpenedArchive open() throws IOException {
        KeptArchives kept = KeptArchives.of(server.root);
        OpenedArchive opened =
                OpenedArchive.open(kept, kept.find(new AccountName("alice"), RestoreServer.TODAY));
        assertThat(opened).isInstanceOf(OpenedTree.class);
        return opened;
    }

    private static Path tarOf(String path) throws IOException {
        Path tar = Files.createTempFile(folder, "part", ".tar");
        List<String> leftOut = new ArrayList<>();
        try (OpenedArchive opened = open();
                OutputStream out = Files.newOutputStream(tar)) {
            opened.copyTar(BytePath.of(path), out, leftOut::add);
            if (path.endsWith("public_html")) {
                assertThat(opened.bytesRead()).isGreaterThan(LARGE_BYTES);
            }
        }
        assertThat(leftOut).isEmpty();
        return tar;
    }

    private static String tar(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static Path untarred(String path) throws Exception {
        Path into = Files.createTempDirectory(folder, "untarred");
        tar(
                "--numeric-owner",
                "--delay-directory-restore",
                "--xattrs",
                "--xattrs-include=*",
                "-xpf",
                tarOf(path).toString(),
                "-C",
                into.toString());
        return into.resolve("alice").resolve(path);
    }

    @Test
    void aFolderComesWithAllThatIsBelowIt() throws Exception {
        Path copy = untarred("homedir/public_html");

        assertThat(WholeSeconds.of(TreeDigest.lines(copy)))
                .isEqualTo(WholeSeconds.of(TreeDigest.lines(home.resolve("public_html"))));
        assertThat(Files.isSameFile(copy.resolve("odd/first"), copy.resolve("odd/second")))
                .isTrue();
        assertThat(Objects.requireNonNull(copy.getParent()).toFile().list())
                .containsExactly("public_html");
    }

    /// Its other names lie outside.
    @Test
    void aSingleFileComesAsAFile() throws Exception {
        Path copy = untarred("homedir/third");

        assertThat(copy).hasContent("two names");
        try (OpenedArchive opened = open()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            opened.copy(BytePath.of("homedir/third"), out);
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("two names\n");
        }
    }

    @Test
    void whatLiesAtTheTopComesToo() throws Exception {
        assertThat(tar("-tf", tarOf("cp").toString()).lines())
                .containsExactly("alice/cp/", "alice/cp/alice");
        assertThat(tar("-tvf", tarOf("homedir/public_html/odd/link").toString()))
                .contains("alice/homedir/public_html/odd/link -> ../../third");
    }

    @Test
    void whatIsNotThereIsSaid() {
        for (String path : List.of("homedir/none", "none", "homedir/third/below")) {
            assertThatThrownBy(() -> tarOf(path)).hasMessageContaining(path + ": not in the tree");
        }
    }

    /// A link out of the tree leads nowhere.
    @Test
    void noLinkIsFollowed() throws Exception {
        Path tree =
                server.backups
                        .directory()
                        .root()
                        .resolve(RestoreServer.TODAY + "/accounts/alice/homedir");
        Path link = Files.createSymbolicLink(tree.resolve("out"), Path.of("/etc"));
        try (Directory opened = Directory.openTrusted(tree)) {
            assertThat(opened.find(ByteName.of("out"))).isPresent();
        }

        assertThatThrownBy(() -> tarOf("homedir/out/passwd"))
                .hasMessageContaining("homedir/out/passwd: not in the tree");
        assertThat(tar("-tvf", tarOf("homedir/out").toString())).contains("out -> /etc");
        Files.delete(link);
    }
}
