package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Trees of every kind go through the real packer and come back equal: by our own restore, by GNU
/// tar and by bsdtar. Thirty trees make a home, so that the other programs need not be started for
/// each. Needs root: owners and closed files are compared.
class TreeRoundTripTest {
    private static final int TREES = 30;

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    /// 300 trees.
    static LongStream homes() {
        return LongStream.range(0, 10);
    }

    @ParameterizedTest
    @MethodSource("homes")
    void comesBackEqualByEveryReader(long number) throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        HomeServer server = new HomeServer(folder);
        server.asAccount(home -> {
            for (long seed = number * TREES; seed < (number + 1) * TREES; seed++) {
                try (Directory tree = home.makeDirectory(ByteName.of("tree-" + seed), 0700)) {
                    RandomHome.write(tree, seed);
                }
            }
        });
        SortedMap<String, String> wanted = TreeFacts.of(server.home);
        Path archive = folder.resolve("cpmove-demo.tar");

        PackReport packed = server.pack(archive);
        server.wipe();
        RestoreReport restored = server.restore(archive);

        assertThat(packed.warnings()).isEmpty();
        assertThat(restored.skipped()).isEmpty();
        assertThat(restored.altered()).isEmpty();
        assertThat(restored.counts()).isEqualTo(packed.counts());
        assertThat(TreeFacts.differences(wanted, TreeFacts.of(server.home))).isEmpty();
        for (OtherReader reader : OtherReader.values()) {
            assumeTrue(reader.isInstalled(), reader + " is not installed");
            Path target = Files.createDirectory(folder.resolve(reader.name()));
            reader.unpack(archive, target);
            assertThat(
                            TreeFacts.differences(
                                    reader.comparable(wanted),
                                    reader.comparable(
                                            TreeFacts.of(target.resolve("cpmove-demo/homedir")))))
                    .as("%s", reader)
                    .isEmpty();
        }
    }

    /// Quicker than what removes temporary folders after a test, by minutes.
    @AfterEach
    void removeTrees() throws IOException {
        try (Directory all = Directory.openTrusted(folder)) {
            for (ByteName name : all.list()) {
                all.removeTree(name);
            }
        }
    }

    @Test
    void aNameThatIsTooLongIsLeftOutWithAReason() throws Exception {
        HomeServer server = new HomeServer(folder);
        server.asAccount(home -> {
            List<Directory> open = new ArrayList<>();
            Directory at = home;
            for (int i = 0; i < 16; i++) {
                at = at.makeDirectory(ByteName.of("n".repeat(255)), 0755);
                open.add(at);
            }
            for (Directory each : open.reversed()) {
                each.close();
            }
        });
        Path archive = folder.resolve("cpmove-demo.tar");

        PackReport packed = server.pack(archive);

        assertThat(packed.warnings())
                .singleElement()
                .asString()
                .endsWith("a name was left out, its path is too long");
        server.wipe();
        assertThat(server.restore(archive).counts()).isEqualTo(packed.counts());
    }

    /// A folder in memory where that keeps attributes: thousands of entries are made and removed.
    static final class MemoryFolder implements TempDirFactory {
        private static final Path MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
                throws IOException {
            if (Files.isWritable(MEMORY)) {
                Path folder = Files.createTempDirectory(MEMORY, "packhorse-test");
                try {
                    Files.setAttribute(folder, "user:probe", new byte[] {1});
                    return folder;
                } catch (IOException | UnsupportedOperationException _) {
                    Files.delete(folder);
                }
            }
            return Files.createTempDirectory("packhorse-test");
        }
    }

    /// Programs that are not ours, and what is known of their limits. No fraction of a second is
    /// compared, since they find it only where a member has an extended header.
    enum OtherReader {
        GNU_TAR("/usr/bin/tar") {
            @Override
            List<String> command(Path archive, Path target) {
                return List.of(
                        "-xpf",
                        archive.toString(),
                        "-C",
                        target.toString(),
                        "--numeric-owner",
                        "--warning=no-timestamp",
                        "--delay-directory-restore",
                        "--acls",
                        "--xattrs",
                        "--xattrs-include=user.*");
            }
        },
        /// What is left out of the comparison: fractions of seconds before 1970 are added instead
        /// of taken away; attribute names are not unescaped; a name in a sparse file's record that
        /// is no UTF-8 is taken with a warning (all observed with bsdtar 3.6.2).
        BSDTAR("/usr/bin/bsdtar") {
            @Override
            SortedMap<String, String> comparable(SortedMap<String, String> facts) {
                SortedMap<String, String> known = new TreeMap<>(facts);
                known.replaceAll((_, line) ->
                        line.replaceAll(" -\\d+\\.\\d{9}| 0\\.\\d{9}", " long-ago")
                                .replaceAll(" user\\.odd\\S*", ""));
                return super.comparable(known);
            }

            @Override
            boolean isHarmless(String told) {
                return told.lines()
                        .allMatch(line ->
                                line.equals(NO_UTF8)
                                        || line.equals(
                                                "bsdtar: Error exit delayed from previous errors."));
            }

            @Override
            List<String> command(Path archive, Path target) {
                return List.of(
                        "-xpf",
                        archive.toString(),
                        "-C",
                        target.toString(),
                        "--numeric-owner",
                        "--acls",
                        "--xattrs");
            }
        };

        private static final String NO_UTF8 =
                "bsdtar: Pathname can't be converted from UTF-8 to current locale.";

        private final String program;

        OtherReader(String program) {
            this.program = program;
        }

        abstract List<String> command(Path archive, Path target);

        /// What can be compared after this reader.
        SortedMap<String, String> comparable(SortedMap<String, String> facts) {
            SortedMap<String, String> known = new TreeMap<>(facts);
            known.replaceAll((_, line) -> line.replaceAll(" (-?\\d+)\\.\\d{9}", " $1"));
            return known;
        }

        /// Whether it told nothing but what is known.
        boolean isHarmless(String told) {
            return told.isEmpty();
        }

        boolean isInstalled() {
            return Files.isExecutable(Path.of(program));
        }

        void unpack(Path archive, Path target) throws Exception {
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(command(archive, target));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            String told =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            assertThat(isHarmless(told)).as("%s: %s", this, told).isTrue();
            assertThat(code == 0 || !told.isEmpty()).as("%s ends with %d", this, code).isTrue();
        }
    }
}
