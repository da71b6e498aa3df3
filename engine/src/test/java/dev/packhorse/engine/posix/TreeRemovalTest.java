package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRemovalTest {
    private static final ByteName TREE = ByteName.of("tree");
    private static final ByteName NEXT = ByteName.of("d");

    @TempDir(factory = FastFolder.class)
    private Path folder;

    private Directory directory;

    @BeforeEach
    void open() throws IOException {
        directory = Directory.openTrusted(folder);
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void removesAnyKindOfEntryAndIsContentWithNone() throws Exception {
        directory.removeTree(TREE);
        directory.create(TREE, 0600).close();
        directory.removeTree(TREE);
        directory.makeSymlink(TREE, ByteString.of("/etc"));
        directory.removeTree(TREE);
        Files.createDirectories(folder.resolve("tree/a/b/c"));
        Files.createDirectories(folder.resolve("tree/a/d/e"));
        Files.createFile(folder.resolve("tree/a/b/c/file"));
        Commands.run("mkfifo", folder.resolve("tree/a/d/fifo").toString());
        directory.removeTree(TREE);
        assertThat(directory.list()).isEmpty();
    }

    @Test
    void linksAreRemovedAndTheirTargetsKept() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside/kept"));
        Files.createDirectories(folder.resolve("tree/sub"));
        Files.createSymbolicLink(folder.resolve("tree/up"), Path.of(".."));
        Files.createSymbolicLink(folder.resolve("tree/sub/away"), outside.getParent());
        Files.createLink(
                folder.resolve("tree/sub/second-name"), Files.createFile(outside.resolve("file")));
        directory.removeTree(TREE);
        assertThat(directory.list()).containsExactly(ByteName.of("outside"));
        assertThat(outside.resolve("file")).exists();
    }

    @Test
    void depthNeedsNeitherStackNorDescriptors() throws IOException {
        makeDeep(5_000);
        directory.removeTree(TREE);
        assertThat(directory.list()).isEmpty();
    }

    private void makeDeep(int depth) throws IOException {
        Directory at = directory.makeDirectory(TREE, 0700);
        for (int i = 0; i < depth; i++) {
            if (i % 100 == 0) {
                at.create(ByteName.of("file"), 0600).close();
            }
            Directory below = at.makeDirectory(NEXT, 0700);
            at.close();
            at = below;
        }
        at.close();
    }

    @Test
    void manyEntriesInOneDirectoryAreRemoved() throws IOException {
        Path wide = Files.createDirectories(folder.resolve("tree/wide"));
        for (int i = 0; i < 9_000; i++) {
            Files.createFile(wide.resolve("a-name-that-fills-the-buffer-" + i));
        }
        for (int i = 0; i < 100; i++) {
            Files.createDirectories(wide.resolve("directory-" + i + "/below"));
        }
        directory.removeTree(TREE);
        assertThat(directory.list()).isEmpty();
    }

    @Test
    void survivesAnOwnerWhoSwapsDirectoriesAndLinks() throws Exception {
        Path victim = Files.createDirectories(folder.resolve("victim"));
        Files.createFile(victim.resolve("precious"));
        AtomicBoolean isDone = new AtomicBoolean();
        FutureTask<Boolean> owner = new FutureTask<>(() -> swap(victim, isDone), true);
        Thread.ofPlatform().start(owner);
        try {
            for (int i = 0; i < 200; i++) {
                attempt(() -> Files.createDirectories(folder.resolve("tree/a/b/c/d/e")));
                removeOrFindRefilled();
            }
        } finally {
            isDone.set(true);
        }
        assertThat(owner.get()).isTrue();
        directory.removeTree(TREE);
        assertThat(directory.list()).containsExactly(ByteName.of("victim"));
        assertThat(victim.resolve("precious")).exists();
    }

    private void removeOrFindRefilled() throws IOException {
        try {
            directory.removeTree(TREE);
        } catch (PosixException e) {
            assertThat(e.is(Errno.ENOTEMPTY)).as(e.getMessage()).isTrue();
        }
    }

    private void swap(Path victim, AtomicBoolean isDone) {
        Path place = folder.resolve("tree/a/b");
        Path aside = folder.resolve("tree/a/aside");
        while (!isDone.get()) {
            attempt(() -> Files.move(place, aside));
            attempt(() -> Files.createSymbolicLink(place, victim));
            attempt(() -> Files.delete(place));
            attempt(() -> Files.move(aside, place));
        }
    }

    @FunctionalInterface
    private interface Move {
        void run() throws IOException;
    }

    private static void attempt(Move move) {
        try {
            move.run();
        } catch (FileSystemException otherSideWasFaster) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void ownersLockedDirectoriesAreNoObstacle() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        Commands.run("chmod", "0755", folder.toString());
        Identity account = new Identity(54_321, 54_321);
        Path home = Files.createDirectories(folder.resolve("home"));
        for (String sub : new String[] {"tree/closed/a/b", "tree/fixed/c/d", "tree/x/closed/e"}) {
            Files.createDirectories(home.resolve(sub));
        }
        Commands.run("chown", "-R", "54321:54321", home.toString());
        Commands.run("chmod", "0", home + "/tree/closed", home + "/tree/x/closed");
        Commands.run("chmod", "0555", home + "/tree/fixed/c", home + "/tree/fixed");
        AccountThread.call(
                account,
                () -> {
                    try (Directory opened = Directory.openTrusted(home)) {
                        opened.removeTree(TREE);
                        assertThat(opened.list()).isEmpty();
                    }
                    return null;
                });
    }

    @Test
    void foreignDirectoriesAreNotRemovedForAnAccount() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        Commands.run("chmod", "0755", folder.toString());
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("tree/roots/file"));
        Commands.run("chown", "54321:54321", home.toString(), home.resolve("tree").toString());
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() ->
                        AccountThread.call(
                                new Identity(54_321, 54_321),
                                () -> {
                                    try (Directory opened = Directory.openTrusted(home)) {
                                        opened.removeTree(TREE);
                                    }
                                    return null;
                                }))
                .matches(e -> e.is(Errno.EPERM) || e.is(Errno.EACCES));
        assertThat(home.resolve("tree/roots/file")).exists();
    }
}
