package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restore that is interrupted in the home, and whose next try ends before it comes there. Needs
/// root, for files of other users.
class LaterTryTest {
    private static final int FILES = 3;
    private static final BytePath SHOP = BytePath.of("homedir/public_html/shop");

    @TempDir Path folder;

    private RestoreServer server;
    private Path shop;
    private List<String> before;
    private OpenJob job;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.backUp("alice");
        shop = server.root.resolve("/home/alice/public_html/shop");
        try (var all = Files.walk(shop)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        before = files();
        job = new OpenJob(RestoreServer.whole("alice"));
    }

    /// All of the home but times and modes of folders.
    private List<String> files() throws IOException {
        return server.census().stream()
                .filter(line -> line.startsWith("home/alice/"))
                .map(line -> line.contains(" DIRECTORY ") ? line.split(" ", -1)[0] : line)
                .toList();
    }

    /// A job that can be stopped, and keeps its mark from one run to the next.
    private static final class OpenJob implements JobContext {
        private final TestJob first;
        private CancellationSource end = new CancellationSource();
        private Optional<String> mark = Optional.empty();
        private boolean stopping;

        OpenJob(RestoreArguments arguments) {
            first =
                    TestJob.of(
                            JobId.random(),
                            JobKind.RESTORE,
                            arguments.account(),
                            arguments,
                            RestoreServer.NOW,
                            Cancellation.never());
        }

        @Override
        public Lease lease() {
            Job now = first.lease().job();
            return new Lease(
                    new Job(
                            now.id(),
                            now.request(),
                            now.state(),
                            now.createdAt(),
                            now.startedAt(),
                            now.finishedAt(),
                            now.attempts(),
                            now.fence(),
                            now.worker(),
                            false,
                            "{}",
                            mark,
                            "{}",
                            ""),
                    "worker",
                    1,
                    RestoreServer.NOW);
        }

        void stop() {
            stopping = true;
            end.request();
        }

        void begins() {
            stopping = false;
            end = new CancellationSource();
        }

        @Override
        public Cancellation cancellation() {
            return end;
        }

        @Override
        public boolean isStopping() {
            return stopping;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) {
            mark = resumeMark;
        }
    }

    private JobOutcome run(TamperedModule.Instead home) throws Exception {
        List<AccountComponent> modules = TamperedModule.among(server.components, "Homedir", home);
        return new RestoreHandler(server.parts(modules)).run(job).outcome();
    }

    /// The archive, whose reader stops the job behind some files of the shop.
    private record Stopping(ArchiveSource all, OpenJob job, AtomicInteger left)
            implements ArchiveSource {
        @Override
        public Optional<Path> file(String path) {
            return all.file(path);
        }

        @Override
        public List<String> names(String path) {
            return all.names(path);
        }

        @Override
        public Optional<String> text(String path) throws IOException {
            return all.text(path);
        }

        @Override
        public void forEach(BytePath below, EntryVisitor visitor) throws IOException {
            all.forEach(
                    below,
                    (entry, content) -> {
                        visitor.visit(entry, content);
                        boolean counts =
                                entry instanceof RegularFile && entry.path().startsWith(SHOP);
                        if (counts && left.decrementAndGet() == 0) {
                            job.stop();
                        }
                    });
        }
    }

    private void stoppedInTheHome() throws Exception {
        JobOutcome outcome =
                run((module, context, source) ->
                        module.restore(
                                context, new Stopping(source, job, new AtomicInteger(FILES))));
        assertThat(outcome).isInstanceOf(JobOutcome.HandedBack.class);
        assertThat(shop).isNotEmptyDirectory();
        assertThat(kept().resolve("Homedir/made")).isNotEmptyFile();
        job.begins();
    }

    private Path kept() {
        return server.plant.staging().ofJob(job.lease().job().id());
    }

    private void loseArchive() throws IOException {
        Files.delete(
                server.backups
                        .directory()
                        .root()
                        .resolve(RestoreServer.TODAY + "/accounts/alice.tar.gz"));
    }

    private static RestoreReport plainly(
            AccountComponent module, RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        return module.restore(context, source);
    }

    @Test
    void anArchiveThatIsGoneTakesAlongWhatCameOfIt() throws Exception {
        stoppedInTheHome();
        loseArchive();

        assertThat(run(LaterTryTest::plainly)).isInstanceOf(JobOutcome.Failed.class);

        assertThat(files()).isEqualTo(before);
        assertThat(kept()).doesNotExist();
    }

    @Test
    void aRestoreThatIsCalledOffLeavesNothing() throws Exception {
        stoppedInTheHome();
        job.end.request();

        assertThat(run(LaterTryTest::plainly)).isInstanceOf(JobOutcome.Cancelled.class);

        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aTryThatComesToItsEndKeepsAll() throws Exception {
        stoppedInTheHome();

        assertThat(run(LaterTryTest::plainly)).isNotInstanceOf(JobOutcome.Failed.class);

        assertThat(files()).hasSizeGreaterThan(before.size());
        assertThat(kept()).doesNotExist();
    }

    /// The daemon dies when the home is counted as done, and before its journal is removed.
    @Test
    void aHomeThatIsDoneStays() throws Exception {
        Path aside = folder.resolve("aside");
        JobOutcome outcome =
                run((module, context, source) -> {
                    RestoreReport report = module.restore(context, source);
                    Files.copy(context.progress().folder().orElseThrow().resolve("made"), aside);
                    job.stop();
                    return report;
                });
        assertThat(outcome).isInstanceOf(JobOutcome.HandedBack.class);
        List<String> done = files();
        assertThat(done).hasSizeGreaterThan(before.size());
        assertThat(kept().resolve("Homedir")).doesNotExist();
        Files.createDirectories(kept().resolve("Homedir"));
        Files.copy(aside, kept().resolve("Homedir/made"));
        job.begins();
        loseArchive();

        assertThat(run(LaterTryTest::plainly)).isInstanceOf(JobOutcome.Failed.class);

        assertThat(files()).isEqualTo(done);
    }
}
