package dev.packhorse.engine.component.home;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In which order the members of a home come, and what a day's changes leave of an archive.
class HomeOrderTest {
    private static final long LATE = TestArchive.TIME;
    private static final long OLD = TestArchive.TIME - 3 * LateFiles.PERIOD_SECONDS;

    @TempDir private Path folder;

    private static void file(Directory in, String name, String content, long time)
            throws IOException {
        try (PosixFile file = in.create(ByteName.of(name), 0644)) {
            file.write(ByteBuffer.wrap(content.getBytes(UTF_8)));
            file.setTimes(time, 5);
        }
    }

    private List<String> packed(HomeServer server, String name) throws Exception {
        Path archive = folder.resolve(name);
        PackReport report = server.pack(archive);
        assertThat(report.warnings()).isEmpty();
        List<String> names = new ArrayList<>();
        try (JudgedArchive source =
                TestArchive.open(archive, server.staging, ArchiveTrust.PROVEN)) {
            source.forEach(
                    HomePath.HOME,
                    (entry, _) -> {
                        String end = entry instanceof ArchiveEntry.Folder ? "/" : "";
                        names.add(entry.path() + end);
                    });
        }
        assertThat(names.removeFirst()).isEqualTo("homedir/");
        return names.stream().map(each -> each.substring("homedir/".length())).toList();
    }

    @Test
    void foldersComeFirstThenOldFilesThenLateOnes() throws Exception {
        HomeServer server = new HomeServer(folder);
        server.asAccount(home -> {
            file(home, "a-late", "1", LATE);
            file(home, "b-old", "2", OLD);
            try (Directory sub = home.makeDirectory(ByteName.of("sub"), 0755);
                    Directory deep = sub.makeDirectory(ByteName.of("deep"), 0755)) {
                file(sub, "x-late", "3", LATE);
                file(sub, "y-old", "4", OLD);
                file(deep, "z-old", "5", OLD);
                file(deep, "z-late", "l".repeat(300_000), LATE);
                sub.makeSymlink(ByteName.of("link"), ByteString.of("y-old"));
            }
        });

        assertThat(packed(server, "cpmove-demo.tar"))
                .containsExactly(
                        "sub/",
                        "sub/deep/",
                        "b-old",
                        "sub/deep/z-old",
                        "sub/link",
                        "sub/y-old",
                        "a-late",
                        "sub/deep/z-late",
                        "sub/x-late");
    }

    /// A reader that gives a folder its mode when it goes on could put nothing there any more.
    @Test
    void whatLiesBelowAFolderThatItsOwnerMayNotChangeComesRightBehindIt() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "closed folders are read by root");
        HomeServer server = new HomeServer(folder);
        server.asAccount(home -> {
            file(home, "a-late", "1", LATE);
            try (Directory closed = home.makeDirectory(ByteName.of("closed"), 0755)) {
                try (Directory below = closed.makeDirectory(ByteName.of("below"), 0755)) {
                    file(below, "late", "2", LATE);
                }
                file(closed, "late", "3", LATE);
                closed.setMode(0555);
            }
            try (Directory locked = home.makeDirectory(ByteName.of("locked"), 0755)) {
                file(locked, "late", "4", LATE);
                locked.setMode(0);
            }
            home.makeDirectory(ByteName.of("open"), 0700).close();
        });

        assertThat(packed(server, "cpmove-demo.tar"))
                .containsExactly(
                        "open/",
                        "closed/",
                        "closed/below/",
                        "closed/below/late",
                        "closed/late",
                        "locked/",
                        "locked/late",
                        "a-late");
    }

    /// New mail, a grown log, a file that goes: what is old lies in one piece as before.
    @Test
    void aDaysChangesLieTogether() throws Exception {
        HomeServer server = new HomeServer(folder);
        Random random = new Random(7);
        server.asAccount(home -> {
            for (int i = 0; i < 30; i++) {
                try (Directory box = home.makeDirectory(ByteName.of("box-" + i), 0755)) {
                    for (int mail = 0; mail < 20; mail++) {
                        file(box, "1-" + mail, text(random), OLD);
                    }
                    file(box, "log", text(random), LATE - 100);
                }
            }
        });
        byte[] before = bytes(server, "before");
        server.asAccount(home -> {
            for (int i = 0; i < 30; i += 3) {
                try (Directory box = home.open(ByteName.of("box-" + i))) {
                    file(box, "0-new", text(random), LATE);
                    box.removeFile(ByteName.of("log"));
                    file(box, "log", text(random), LATE);
                }
            }
        });
        byte[] after = bytes(server, "after");

        int old = indexOf(after, "box-0/1-0");
        int late = indexOf(after, "box-0/0-new");
        assertThat(late - old).isGreaterThan(2_000_000);
        byte[] kept = Arrays.copyOfRange(after, old, late);
        assertThat(Arrays.mismatch(Arrays.copyOfRange(before, old, old + kept.length), kept))
                .as("what is old, at the same place")
                .isEqualTo(-1);
    }

    private byte[] bytes(HomeServer server, String name) throws Exception {
        Path archive = Files.createDirectory(folder.resolve(name)).resolve("cpmove-demo.tar");
        server.pack(archive);
        return Files.readAllBytes(archive);
    }

    private static int indexOf(byte[] bytes, String member) {
        byte[] name = ("cpmove-demo/homedir/" + member).getBytes(UTF_8);
        for (int at = 0; at < bytes.length; at += 512) {
            if (Arrays.equals(bytes, at, at + name.length, name, 0, name.length)
                    && bytes[at + name.length] == 0) {
                return at;
            }
        }
        throw new AssertionError("no member " + member);
    }

    private static String text(Random random) {
        return Long.toHexString(random.nextLong()).repeat(250);
    }
}
