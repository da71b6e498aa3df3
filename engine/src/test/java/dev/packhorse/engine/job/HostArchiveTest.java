package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveJudge;
import dev.packhorse.engine.archive.ArchiveLimits;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.archive.TarBuilder;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forms in which an archive lies on a server; packed by GNU tar.
class HostArchiveTest {
    @TempDir Path folder;

    private StagingArea staging;
    private Path tree;
    private final SortedMap<String, String> wanted = new TreeMap<>();

    @BeforeEach
    void makeTree() throws IOException {
        staging = StagingArea.open(folder.resolve("staging"), ByteSize.parse("1M"));
        tree = makeTree(folder.resolve("cpmove-demo"));
        wanted.put("homedir/index.html", "hello");
        wanted.put("homedir/link", "-> index.html");
        wanted.put("homedir/same", "= homedir/index.html");
    }

    private static Path makeTree(Path top) throws IOException {
        Path home = Files.createDirectories(top.resolve("homedir"));
        Files.createDirectories(top.resolve("cp"));
        Files.writeString(top.resolve("cp/demo"), "USER=demo\nDNS=demo.example\n");
        Files.writeString(home.resolve("index.html"), "hello");
        Files.createSymbolicLink(home.resolve("link"), Path.of("index.html"));
        Files.createLink(home.resolve("same"), home.resolve("index.html"));
        return top;
    }

    private List<String> restore(Path source) throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        List<String> leftOut;
        try (WorkFolder work = staging.newFolder();
                HostArchive archive = HostArchive.open(source)) {
            Path file = work.path().resolve("archive");
            leftOut = archive.copyTo(file, staging, Cancellation.never());
            Path members = Files.createDirectory(work.path().resolve("members"));
            ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.RESTRICTED);
            try (JudgedArchive judged = judge.judge(file, members, Cancellation.never())) {
                assertThat(judged.facts().account().value()).isEqualTo("demo");
                assertThat(judged.text("cp/demo")).hasValue("USER=demo\nDNS=demo.example\n");
                judged.forEach(
                        BytePath.of("homedir"),
                        (entry, content) -> {
                            String text =
                                    new String(content.readAllBytes(), StandardCharsets.UTF_8);
                            switch (entry) {
                                case ArchiveEntry.Folder _ -> {}
                                case ArchiveEntry.RegularFile _ ->
                                        found.put(entry.path().toString(), text);
                                case ArchiveEntry.SymbolicLink link ->
                                        found.put(entry.path().toString(), "-> " + link.target());
                                case ArchiveEntry.HardLink link ->
                                        found.put(entry.path().toString(), "= " + link.target());
                            }
                        });
            }
        }
        assertThat(found).isEqualTo(wanted);
        return leftOut;
    }

    private Path pack(String name) throws Exception {
        Path file = folder.resolve(name);
        List<String> command =
                List.of("tar", "czf", file.toString(), "-C", folder.toString(), "cpmove-demo");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return file;
    }

    @Test
    void aFolderIsReadLikeAnArchive() throws IOException {
        assertThat(restore(tree)).isEmpty();
    }

    @Test
    void aFolderAroundTheFolderIsPassed() throws IOException {
        Path wrapper = Files.createDirectory(folder.resolve("from the old server"));
        Files.move(tree, wrapper.resolve("cpmove-demo"));
        assertThat(restore(wrapper)).isEmpty();
    }

    @Test
    void pipesAndSocketsOfAFolderAreLeftOutAndListed() throws IOException {
        try (Directory home = Directory.openTrusted(tree.resolve("homedir"))) {
            home.makeFifo(ByteName.of("pipe"));
            home.makeSocket(ByteName.of("socket"));
        }
        assertThat(restore(tree))
                .containsExactly(
                        "homedir/pipe: named pipes are not restored",
                        "homedir/socket: sockets are not restored");
    }

    @Test
    void aLinkInAFolderIsNeverFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "root's");
        Files.createSymbolicLink(tree.resolve("homedir/out"), secret);
        assertThatThrownBy(() -> restore(tree))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("homedir/out: link out of the home directory");
        Files.delete(tree.resolve("homedir/out"));
        Files.createSymbolicLink(tree.resolve("mysql"), folder);
        restore(tree);
    }

    @Test
    void aFileOfAnotherUserThatTheOwnerLinkedIntoItsFolderIsLeftOut() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        Path secret = Files.writeString(folder.resolve("secret"), "root's");
        Files.setAttribute(tree.resolve("homedir"), "unix:uid", 4_711);
        Files.setAttribute(tree.resolve("homedir/index.html"), "unix:uid", 4_711);
        Files.createLink(tree.resolve("homedir/stolen"), secret);
        assertThat(restore(tree))
                .containsExactly("homedir/stolen: hard link to a file of another user");
    }

    @Test
    void holesOfAFolderStayHoles() throws IOException {
        Files.writeString(tree.resolve("homedir/holes"), "");
        try (RandomAccessFile file =
                new RandomAccessFile(tree.resolve("homedir/holes").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        wanted.put("homedir/holes", "");
        assertThat(restore(tree)).isEmpty();
    }

    @Test
    void partsAreJoined() throws Exception {
        byte[] whole = Files.readAllBytes(pack("whole.tar.gz"));
        Path split = Files.createDirectory(folder.resolve("cpmove-demo-split"));
        List<Path> parts = new ArrayList<>();
        for (int at = 0, number = 1; at < whole.length; at += 100, number++) {
            parts.add(
                    Files.write(
                            split.resolve("cpmove-demo.tar.gz.part%05d".formatted(number)),
                            Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 100))));
        }
        assertThat(parts).hasSizeGreaterThan(2);
        restore(split);
        restore(parts.get(1));
        Files.delete(parts.get(1));
        assertThatThrownBy(() -> restore(split))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("part 00002 of the archive is missing");
    }

    @Test
    void aLostLastPartIsFound() throws Exception {
        byte[] whole = Files.readAllBytes(pack("whole.tar.gz"));
        Path split = Files.createDirectory(folder.resolve("cpmove-demo-split"));
        Files.write(
                split.resolve("cpmove-demo.tar.gz.part00001"),
                Arrays.copyOf(whole, whole.length - 50));
        assertThatThrownBy(() -> restore(split))
                .isInstanceOfSatisfying(
                        ArchiveException.class,
                        e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.TRUNCATED));
    }

    @Test
    void isRemovedInEachForm() throws Exception {
        Path file = pack("cpmove-demo.tar.gz");
        Path split = Files.createDirectory(folder.resolve("cpmove-demo-split"));
        Files.write(split.resolve("cpmove-demo.tar.gz.part00001"), Files.readAllBytes(file));
        Path loose = Files.copy(file, folder.resolve("demo.tar.gz.part1"));
        for (Path each : List.of(file, split, loose, tree)) {
            try (HostArchive archive = HostArchive.open(each)) {
                archive.delete();
            }
            assertThat(each).doesNotExist();
        }
        assertThatThrownBy(() -> HostArchive.open(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aFileThatIsNoneIsNotReadThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("cpmove-x.tar.gz"), pack("w.tar.gz"));
        assertThatThrownBy(() -> restore(link)).isInstanceOf(IOException.class);
    }

    /// Whoever has it open for writing goes on writing into it: what is judged and what is restored
    /// is what was copied.
    @Test
    void whatItsOwnerWritesIntoItAfterwardsIsNotSeen() throws Exception {
        Path source = pack("cpmove-demo.tar.gz");
        byte[] sound = Files.readAllBytes(source);
        try (WorkFolder work = staging.newFolder();
                RandomAccessFile owner = new RandomAccessFile(source.toFile(), "rw");
                HostArchive archive = HostArchive.open(source)) {
            Path file = work.path().resolve("archive");
            archive.copyTo(file, staging, Cancellation.never());
            owner.write(hostile(sound.length));
            Path members = Files.createDirectory(work.path().resolve("members"));
            ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.RESTRICTED);
            try (JudgedArchive judged = judge.judge(file, members, Cancellation.never())) {
                owner.seek(0);
                owner.write(hostile(sound.length));
                assertThat(judged.text("cp/demo")).hasValue("USER=demo\nDNS=demo.example\n");
                List<String> names = new ArrayList<>();
                judged.forEach(
                        BytePath.of("homedir"), (entry, _) -> names.add(entry.path().toString()));
                assertThat(names).contains("homedir/index.html").doesNotContain("homedir/evil");
            }
            assertThat(file).hasBinaryContent(sound);
        }
    }

    /// Written over between two blocks of the copy, it is a mixture, and no part of it is believed.
    @Test
    void whatItsOwnerWritesIntoItMeanwhileIsFoundOut() throws Exception {
        Files.write(tree.resolve("homedir/noise"), noise());
        Path source = pack("cpmove-demo.tar.gz");
        byte[] sound = Files.readAllBytes(source);
        assertThat(sound.length).as("blocks of a copy").isGreaterThan(3 << 18);
        try (WorkFolder work = staging.newFolder();
                RandomAccessFile owner = new RandomAccessFile(source.toFile(), "rw");
                HostArchive archive = HostArchive.open(source)) {
            Path file = work.path().resolve("archive");
            archive.copyTo(
                    file,
                    staging,
                    new EachCheck(() -> {
                        owner.seek(0);
                        owner.write(hostile(sound.length));
                    }));
            Path members = Files.createDirectory(work.path().resolve("members"));
            ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.RESTRICTED);
            assertThatThrownBy(() -> judge.judge(file, members, Cancellation.never()))
                    .isInstanceOf(ArchiveException.class);
        }
    }

    private static byte[] noise() {
        byte[] bytes = new byte[1 << 20];
        new java.util.Random(1).nextBytes(bytes);
        return bytes;
    }

    /// Another archive of that length; what is over is what an archive may not have.
    private static byte[] hostile(int length) {
        byte[] other =
                TarBuilder.gzip(TarBuilder.demo().file("cpmove-demo/homedir/evil", "x").end());
        return Arrays.copyOf(other, length);
    }

    /// Never asked for; somebody works at each look.
    private record EachCheck(Work work) implements Cancellation {
        @Override
        public boolean isRequested() {
            return false;
        }

        @Override
        public void check() {
            try {
                work.run();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public Registration onRequest(Runnable action) {
            return () -> {};
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }
}
