package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ModuleProgress;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restore of a home that goes on where an earlier try ended. Needs root, for files of others.
class HomeProgressTest {
    private static final int FILES = 40;

    @TempDir Path folder;

    private HomeServer server;
    private Path archive;
    private List<String> packed;

    @BeforeEach
    void pack() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new HomeServer(folder);
        archive = folder.resolve("cpmove-demo.tar");
        server.asAccount(home -> {
            for (int i = 0; i < FILES; i++) {
                try (Directory part =
                        i % 10 == 0
                                ? home.makeDirectory(ByteName.of("part" + i / 10), 0750)
                                : home.open(ByteName.of("part" + i / 10))) {
                    OddHome.file(part, ByteName.of("file" + i), 0644, "content " + i + "\n");
                }
            }
        });
        packed = TreeDigest.lines(server.home);
        server.pack(archive);
    }

    /// What one try left for the next.
    private final class Kept implements ModuleProgress {
        private final Optional<String> before;
        private final int stopAt;
        private final boolean goesOn;
        private final List<String> states = new ArrayList<>();
        private boolean stopped;

        Kept(Optional<String> before) {
            this(before, Integer.MAX_VALUE, false);
        }

        /// @param stopAt behind so many states the run is stopped
        /// @param goesOn whether it is to go on later
        Kept(Optional<String> before, int stopAt, boolean goesOn) {
            this.before = before;
            this.stopAt = stopAt;
            this.goesOn = goesOn;
        }

        @Override
        public Optional<String> before() {
            return before;
        }

        @Override
        public void reached(String state) throws IOException {
            if (states.size() == stopAt && !stopped) {
                stopped = true;
                throw new CancelledException("stopped by the test");
            }
            states.add(state);
        }

        @Override
        public Optional<Path> folder() throws IOException {
            return Optional.of(Files.createDirectories(folder.resolve("kept")));
        }

        @Override
        public boolean goesOnLater() {
            return stopped && goesOn;
        }
    }

    private RestoreReport restore(ModuleProgress progress) throws IOException, ComponentException {
        return server.restore(
                archive,
                ArchiveTrust.PROVEN,
                new HomedirComponent(FileClock::now, Duration.ZERO),
                progress);
    }

    private Path file(int number) {
        return server.home.resolve("part" + number / 10 + "/file" + number);
    }

    /// Other content that looks the same from outside.
    private void tamper(int number) throws IOException {
        FileTime time = Files.getLastModifiedTime(file(number));
        Files.writeString(file(number), Files.readString(file(number)).replace('c', 'C'));
        Files.setLastModifiedTime(file(number), time);
    }

    @Test
    void whatAnEarlierTryHasWrittenStaysAndAllElseIsWritten() throws Exception {
        server.wipe();
        Kept first = new Kept(Optional.empty());
        RestoreReport whole = restore(first);
        assertThat(first.states).hasSizeGreaterThan(FILES);
        tamper(0);
        tamper(FILES - 1);
        Files.delete(file(1));

        String middle = first.states.get(first.states.size() / 2);
        Kept second = new Kept(Optional.of(middle));
        RestoreReport resumed = restore(second);

        assertThat(resumed.counts()).isEqualTo(whole.counts());
        assertThat(second.states).hasSizeBetween(1, first.states.size() - 1);
        assertThat(file(0)).as("written and synced by the first try").hasContent("Content 0");
        assertThat(file(1)).as("gone since then").hasContent("content 1");
        assertThat(file(FILES - 1))
                .as("not written by the first try")
                .hasContent("content " + (FILES - 1));
    }

    @Test
    void aTryOfAnotherArchiveSavesNothing() throws Exception {
        server.wipe();
        Kept first = new Kept(Optional.empty());
        restore(first);
        tamper(0);

        restore(new Kept(Optional.of("99999 of " + "0".repeat(64))));
        assertThat(file(0)).hasContent("content 0");
        tamper(0);
        restore(new Kept(Optional.of("no state")));

        assertThat(TreeDigest.lines(server.home)).isEqualTo(packed);
    }

    @Test
    void aRestoreThatIsOnlyInterruptedKeepsWhatItHasDone() throws Exception {
        server.wipe();
        Kept calledOff = new Kept(Optional.empty(), FILES / 2, false);
        assertThatThrownBy(() -> restore(calledOff)).isInstanceOf(CancelledException.class);
        assertThat(file(0)).as("a restore that is called off leaves nothing").doesNotExist();

        Kept interrupted = new Kept(Optional.empty(), FILES / 2, true);
        assertThatThrownBy(() -> restore(interrupted)).isInstanceOf(CancelledException.class);
        assertThat(file(0)).hasContent("content 0");
        assertThat(file(FILES - 1)).doesNotExist();
        restore(new Kept(Optional.of(interrupted.states.getLast())));

        assertThat(TreeDigest.lines(server.home)).isEqualTo(packed);
    }
}
