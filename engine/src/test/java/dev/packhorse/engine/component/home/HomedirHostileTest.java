package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.archive.TarBuilder;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A customer who wants a backup to read, or a restore to write, what is not his. Needs root.
@Timeout(120)
class HomedirHostileTest {
    private static final String SECRET = "the-secret-of-root";
    private static final int ROUNDS = 200;

    @TempDir Path folder;

    private HomeServer server;
    private Path archive;
    private Path outside;

    @BeforeEach
    void makeServer() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new HomeServer(folder);
        archive = folder.resolve("cpmove-demo.tar");
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), SECRET);
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private boolean archiveHolds(String text) throws IOException {
        return new String(Files.readAllBytes(archive), StandardCharsets.ISO_8859_1).contains(text);
    }

    @Test
    void aNamedPipeIsLeftOutAndNotWaitedFor() throws Exception {
        Path pipe = server.home.resolve("pipe");
        Process mkfifo = new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();

        PackReport report = server.pack(archive);

        assertThat(report.warnings()).containsExactly("homedir/pipe: left out, a named pipe");
    }

    @Test
    void aHardLinkToAFileOfRootIsRefused() throws Exception {
        Files.createLink(server.home.resolve("stolen"), outside.resolve("secret"));

        PackReport report = server.pack(archive);

        assertThat(report.warnings())
                .containsExactly("homedir/stolen: left out, a hard link to another user's file");
        assertThat(archiveHolds(SECRET)).isFalse();
    }

    @Test
    void aFileThatTheAccountMayNotReadIsListed() throws Exception {
        Files.writeString(server.home.resolve("of-root"), SECRET);
        Files.setPosixFilePermissions(
                server.home.resolve("of-root"), PosixFilePermissions.fromString("rw-------"));

        PackReport report = server.pack(archive);

        assertThat(report.warnings())
                .containsExactly("homedir/of-root: left out, the account may not read it");
        assertThat(archiveHolds(SECRET)).isFalse();
    }

    @Test
    void aFolderOfRootInAClosedFolderIsNotRead() throws Exception {
        server.asAccount(home -> home.makeDirectory(ByteName.of("shut"), 0700).close());
        Path planted = Files.createDirectory(server.home.resolve("shut/planted"));
        Files.writeString(planted.resolve("file"), SECRET);
        server.asAccount(home -> {
            try (Directory shut = home.open(ByteName.of("shut"))) {
                shut.setMode(0);
            }
        });

        PackReport report = server.pack(archive);

        assertThat(report.warnings())
                .containsExactly(
                        "homedir/shut/planted: left out, another user's in a folder closed to the"
                                + " account");
        assertThat(archiveHolds(SECRET)).isFalse();
    }

    @Test
    void aFolderSwappedForALinkIsNotFollowedWhilePacking() throws Exception {
        server.asAccount(home -> {
            try (Directory site = home.makeDirectory(ByteName.of("site"), 0755)) {
                OddHome.file(site, ByteName.of("secret"), 0644, "mine\n");
            }
        });

        try (Swapper swapper = new Swapper()) {
            for (int round = 0; round < ROUNDS; round++) {
                server.pack(archive);
                assertThat(archiveHolds(SECRET)).as("round " + round).isFalse();
            }
            assertThat(swapper.swaps()).isPositive();
        }
    }

    @Test
    void aFolderSwappedForALinkIsNotFollowedWhileRestoring() throws Exception {
        server.asAccount(home -> {
            try (Directory site = home.makeDirectory(ByteName.of("site"), 0755)) {
                OddHome.file(site, ByteName.of("planted"), 0644, "planted\n");
                try (Directory inner = site.makeDirectory(ByteName.of("inner"), 0755)) {
                    OddHome.file(inner, ByteName.of("planted"), 0644, "planted\n");
                }
            }
        });
        server.pack(archive);

        try (Swapper swapper = new Swapper()) {
            for (int round = 0; round < ROUNDS; round++) {
                server.restore(archive);
                try (var found = Files.list(outside)) {
                    assertThat(found)
                            .as("round " + round)
                            .containsExactly(outside.resolve("secret"));
                }
            }
            assertThat(swapper.swaps()).isPositive();
        }
        assertThat(outside.resolve("secret")).hasContent(SECRET);
    }

    /// Turns `site` into a link to the folder outside and back, as fast as it can.
    private final class Swapper implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong swaps = new AtomicLong();
        private final Thread thread = Thread.ofPlatform().start(this::run);

        long swaps() {
            return swaps.get();
        }

        private void run() {
            try {
                server.asAccount(home -> {
                    ByteName site = ByteName.of("site");
                    ByteName aside = ByteName.of("aside");
                    while (!ended.get()) {
                        attempt(() -> home.rename(site, home, aside));
                        attempt(() -> home.makeSymlink(site, ByteString.of(outside.toString())));
                        attempt(() -> home.removeFile(site));
                        attempt(() -> home.rename(aside, home, site));
                        swaps.incrementAndGet();
                    }
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void attempt(Step step) throws IOException {
            try {
                step.run();
            } catch (PosixException _) {
                // the other side was faster
                swaps.incrementAndGet();
            }
        }

        @Override
        public void close() {
            ended.set(true);
            assertThat(joins(thread)).isTrue();
        }
    }

    private static boolean joins(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException("a test was interrupted", e);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    @Test
    void anArchiveOfUnknownOriginGetsNoSpecialBitsAndNoLinksThatLeaveTheHome() throws Exception {
        server.asAccount(home -> {
            OddHome.file(home, ByteName.of("setuid"), 06755, "x");
            for (String each : List.of(".forward", ".procmailrc")) {
                OddHome.file(home, ByteName.of(each), 0644, "|/bin/sh\n");
            }
            try (Directory ssh = home.makeDirectory(ByteName.of(".ssh"), 0700)) {
                OddHome.file(ssh, ByteName.of("authorized_keys"), 0600, "ssh-ed25519 AAAA\n");
            }
            home.makeSymlink(ByteName.of("in"), ByteString.of("/home/demo/setuid"));
            home.makeSymlink(ByteName.of("near"), ByteString.of("./setuid"));
        });
        server.pack(archive);
        server.wipe();

        RestoreReport report = server.restore(archive, ArchiveTrust.RESTRICTED);

        try (Directory home = Directory.openTrusted(server.home)) {
            assertThat(home.stat(ByteName.of("setuid")).mode()).isEqualTo(0755);
            assertThat(home.readLink(ByteName.of("in")).display()).isEqualTo("/home/demo/setuid");
        }
        assertThat(report.altered())
                .containsExactly("homedir/setuid: setuid, setgid and sticky bits were dropped");
        assertThat(report.dangerous())
                .extracting(each -> each.substring(0, each.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "homedir/.forward", "homedir/.procmailrc", "homedir/.ssh/authorized_keys");
    }

    @ParameterizedTest
    @EnumSource(
            value = ArchiveTrust.class,
            names = {"PROVEN", "RESTRICTED"})
    void whoeverAnArchiveNamesAsOwnerTheAccountGetsIt(ArchiveTrust trust) throws Exception {
        int stranger = server.identity.uid() + 1;
        TestArchive.write(
                archive,
                "demo",
                sink -> {
                    sink.addText("cp/demo", 0600, "USER=demo\nDNS=demo.example\n");
                    sink.addText("homedir_paths", 0600, "/home/demo\n");
                    sink.addText("homedir/of-root", 0644, "x");
                    Attributes theirs =
                            new Attributes(0644, stranger, stranger, TestArchive.TIME, 0, Map.of());
                    sink.add(
                            ArchiveEntry.RegularFile.of(
                                    BytePath.of("homedir/of-a-stranger"), theirs, 0),
                            _ -> -1);
                });
        server.wipe();

        server.restore(archive, trust);

        try (Directory home = Directory.openTrusted(server.home)) {
            for (String name : List.of("of-root", "of-a-stranger")) {
                FileStat stat = home.stat(ByteName.of(name));
                assertThat(stat.uid()).as(name).isEqualTo(server.identity.uid());
                assertThat(stat.gid()).as(name).isEqualTo(server.identity.gid());
            }
        }
    }

    /// A file that cannot be changed, or that others may read, is no use to its owner.
    @Test
    void fileFlagsAndAccessListsOfAStrangerDoNotComeBack() throws Exception {
        Files.write(
                archive,
                TarBuilder.demo()
                        .file("cpmove-demo/homedir_paths", "/home/demo\n")
                        .pax(
                                'x',
                                "SCHILY.fflags",
                                "immutable,append",
                                "SCHILY.acl.access",
                                "user::rw-,user:4711:rw-,group::r--,mask::rw-,other::r--")
                        .file("cpmove-demo/homedir/set", "old")
                        .end());

        RestoreReport report = server.restore(archive, ArchiveTrust.RESTRICTED);

        assertThat(report.outcome()).isNotEqualTo(RestoreReport.Outcome.NOTHING);
        Path set = server.home.resolve("set");
        assertThat(set).hasContent("old");
        assertThat(output("getfacl", "--numeric", "--omit-header", "--absolute-names", set))
                .isEqualTo("user::rw-\ngroup::r--\nother::r--\n\n");
        Files.writeString(set, "new");
        Files.delete(set);
        assertThat(set).doesNotExist();
    }

    private static String output(Object... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command).stream().map(Object::toString).toList())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
