package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.registry.AccountRemoval;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a restore that does not end in its first try goes on from, and what happens to its account
/// and its archive in between. Needs root, for files of other users.
class InterruptedRestoreTest {
    private static final AccountName ALICE = new AccountName("alice");

    @TempDir private Path folder;

    private RestoreServer server;
    private Path page;

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        page = server.root.resolve("/home/alice/public_html/page.html");
        write("archived");
        server.backUp("alice");
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private void write(String text) throws IOException {
        Files.writeString(page, text);
    }

    private JobOutcome run(List<AccountComponent> modules, JobContext job) throws Exception {
        return new RestoreHandler(server.parts(modules)).run(job).outcome();
    }

    /// As a kill leaves it: nothing of the program runs any more.
    private void killInHome(JobContext job) {
        killIn("Homedir", job);
    }

    private void killIn(String module, JobContext job) {
        List<AccountComponent> dying =
                TamperedModule.among(
                        server.components,
                        module,
                        (_, _, _) -> {
                            throw new Died();
                        });
        assertThatThrownBy(() -> run(dying, job)).isInstanceOf(Died.class);
    }

    private List<AccountComponent> failingIn(String module) {
        return TamperedModule.among(
                server.components,
                module,
                (_, _, _) -> {
                    throw new ComponentException("it failed");
                });
    }

    private JobId enqueue(RestoreArguments arguments) {
        return server.queue
                .enqueue(
                        JobRequest.of(
                                JobKind.RESTORE,
                                arguments.account(),
                                "root",
                                JobJson.write(arguments)))
                .id();
    }

    /// In its first try it took a copy of the state that is to go, which is the newest from then
    /// on.
    @Test
    void aRollBackToTheNewestCopyGoesOnWithTheOneWithWhichItBegan() throws Exception {
        write("good");
        server.restore(RestoreServer.whole("alice"));
        assertThat(page).hasContent("archived");
        write("broken");
        MarkedJob job = new MarkedJob(RestoreServer.safetyCopy("alice", SafetyCopies.NEWEST));
        killInHome(job);
        assertThat(server.safety.names(ALICE)).hasSize(2);

        JobOutcome outcome = run(server.components, job);

        assertThat(outcome).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("good");
    }

    @Test
    void anArchiveThatWasReplacedInBetweenIsNotWhatItGoesOnWith() throws Exception {
        MarkedJob job = new MarkedJob(RestoreServer.whole("alice"));
        killInHome(job);
        write("half restored");
        server.backUp("alice");
        write("newer");

        JobOutcome outcome = run(server.components, job);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .contains("not the one with which this restore began"));
        assertThat(page).hasContent("newer");
    }

    @Test
    void aBackupWaitsUntilARestoreThatHasBegunIsOver() throws Exception {
        enqueue(RestoreServer.whole("alice"));
        assertThat(server.tryToBackUp("alice"))
                .as("a restore that has not begun")
                .isNotInstanceOf(JobOutcome.Snoozed.class);
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        killInHome(first);
        first.end(new JobOutcome.RetryAfter(Duration.ZERO, "the lease ran out"));
        write("half restored");

        JobOutcome waits = server.tryToBackUp("alice");

        assertThat(waits).isInstanceOf(JobOutcome.Snoozed.class);
        QueuedJob second = QueuedJob.ofRestore(server.queue);
        JobOutcome restored = run(server.components, second);
        assertThat(restored).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("archived");
        second.end(restored);
        server.backUp("alice");
    }

    /// It would take away from under the restore what that goes on with.
    @Test
    void aBackupWaitsForARestoreOfItsArchiveUnderAnotherName() throws Exception {
        enqueue(
                RestoreServer.whole("alice")
                        .under(new AccountName("twin"), RestoredAs.ITSELF.of(ALICE)));
        assertThat(server.tryToBackUp("alice")).isNotInstanceOf(JobOutcome.Snoozed.class);
        QueuedJob begun = QueuedJob.ofRestore(server.queue);

        assertThat(server.tryToBackUp("alice")).isInstanceOf(JobOutcome.Snoozed.class);
        assertThat(server.tryToBackUp("bob")).isNotInstanceOf(JobOutcome.Snoozed.class);

        begun.end(new JobOutcome.Failed("{}", "it failed"));
        server.backUp("alice");
    }

    /// Nobody knows for how long.
    @Test
    void aBackupDoesNotWaitForARestoreThatIsHeldBackPausedOrHasFailed() throws Exception {
        JobId id = enqueue(RestoreServer.whole("alice"));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        killInHome(first);
        first.end(new JobOutcome.HandedBack());
        assertThat(server.tryToBackUp("alice")).isInstanceOf(JobOutcome.Snoozed.class);
        assertThat(server.tryToBackUp("bob")).isNotInstanceOf(JobOutcome.Snoozed.class);

        server.queue.setPaused(JobKind.RESTORE, true, "root");
        server.backUp("alice");
        server.queue.setPaused(JobKind.RESTORE, false, "root");
        server.queue.hold(Set.of(id), "root");
        server.backUp("alice");
        server.queue.activate(Set.of(id), "root");
        assertThat(server.tryToBackUp("alice")).isInstanceOf(JobOutcome.Snoozed.class);

        QueuedJob second = QueuedJob.ofRestore(server.queue);
        second.end(new JobOutcome.Failed("{}", "it failed"));
        server.backUp("alice");
    }

    @Test
    void aRetryAfterItFailedTakesACopyOfWhatWasMadeSince() throws Exception {
        JobId id = enqueue(RestoreServer.whole("alice"));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        JobOutcome failed =
                run(
                        TamperedModule.among(
                                failingIn("Homedir"),
                                "Cron",
                                (_, _, _) -> {
                                    throw new ComponentException("it failed, too");
                                }),
                        first);
        assertThat(failed).isInstanceOf(JobOutcome.Failed.class);
        first.end(failed);
        assertThat(server.safety.names(ALICE)).hasSize(1);
        write("made since");
        server.clock.advance(Duration.ofDays(2));

        assertThat(server.queue.retry(id, "root")).isTrue();
        QueuedJob again = QueuedJob.ofRestore(server.queue);
        // a module that is another one is in no copy
        killIn("Cron", again);
        again.end(new JobOutcome.HandedBack());
        QueuedJob last = QueuedJob.ofRestore(server.queue);
        assertThat(run(server.components, last)).isNotInstanceOf(JobOutcome.Failed.class);

        assertThat(page).hasContent("archived");
        List<String> copies = server.safety.names(ALICE);
        assertThat(copies).as("one for each run, and none for a further try").hasSize(2);
        RestoreResult back = server.restore(RestoreServer.safetyCopy("alice", copies.getFirst()));
        assertThat(page).as("%s of %s", back, copies).hasContent("made since");
    }

    /// It stands in nobody's way that there is not much to take a copy of.
    @Test
    void aRetryForAnAccountThatTheFirstRunMadeGoesOn() throws Exception {
        AccountRemoval.destroy(server.root, server.services.accounts(), "alice");
        JobId id = enqueue(RestoreServer.whole("alice"));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        JobOutcome failed = run(failingIn("Homedir"), first);
        assertThat(failed).isInstanceOf(JobOutcome.Failed.class);
        first.end(failed);
        server.clock.advance(Duration.ofMinutes(2));

        server.queue.retry(id, "root");
        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome).as(outcome.toString()).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("archived");
    }

    @Test
    void aRetryOfWhatWasPlannedIsHeldToThePlan() throws Exception {
        Map<String, String> plan = server.plan(RestoreServer.whole("alice")).digests();
        RestoreArguments whole = RestoreServer.whole("alice");
        JobId id = enqueue(whole.within(whole.scope().expecting(plan)));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        JobOutcome failed = run(failingIn("Homedir"), first);
        assertThat(failed)
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        each -> assertThat(each.reason()).contains("Homedir: it failed"));
        first.end(failed);
        write("made since");
        server.clock.advance(Duration.ofDays(2));

        server.queue.retry(id, "root");
        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        refused -> assertThat(refused.reason()).contains("plan it again"));
        assertThat(page).hasContent("made since");
    }

    /// What the first run did is there now, and was not when it was planned.
    @Test
    void anUndisturbedRetryOfWhatWasPlannedGoesOn() throws Exception {
        AccountRemoval.destroy(server.root, server.services.accounts(), "alice");
        RestoreArguments whole = RestoreServer.whole("alice");
        JobId id = enqueue(whole.within(whole.scope().expecting(server.plan(whole).digests())));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        JobOutcome failed = run(failingIn("Cron"), first);
        assertThat(failed)
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        each -> assertThat(each.reason()).contains("Cron: it failed"));
        first.end(failed);
        server.clock.advance(Duration.ofMinutes(2));

        server.queue.retry(id, "root");
        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome).as(outcome.toString()).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(server.root.resolve("/var/spool/cron/alice")).exists();
    }

    /// As earlier versions kept it.
    private void forgetBeginning(JobId id, QueuedJob job) throws Exception {
        String mark = server.queue.find(id).orElseThrow().resumeMark().orElseThrow();
        String earlier = mark.replaceAll(",\"(?:archive|copy|run)\":\"[^\"]*\"", "");
        assertThat(earlier).isNotEqualTo(mark).doesNotContain("run\":");
        job.mark(Optional.of(earlier));
    }

    /// As if it had been taken at another time.
    private void nameNewestCopy(String name) throws IOException {
        SafetyCopies.Found copy = server.safety.find(ALICE, SafetyCopies.NEWEST);
        Files.move(copy.archive(), copy.archive().resolveSibling(name + ".tar.gz"));
        Files.move(copy.manifest(), copy.manifest().resolveSibling(name + ".manifest.json"));
    }

    /// Each restore that takes a copy removes the old ones of its account.
    @Test
    void aCopyThatARestoreWaitsForOutlivesThoseThatOthersTake() throws Exception {
        String needed = "2026-02-20T000000.000Z";
        String spent = "2026-02-21T000000.000Z";
        write("kept");
        server.restore(RestoreServer.whole("alice"));
        nameNewestCopy(needed);
        enqueue(RestoreServer.safetyCopy("alice", needed));
        server.restore(RestoreServer.modules("alice", "Cron"));
        nameNewestCopy(spent);
        assertThat(server.safety.names(ALICE)).containsExactly(spent, needed);

        server.restore(RestoreServer.modules("alice", "Cron"));

        assertThat(server.safety.names(ALICE)).hasSize(2).contains(needed).doesNotContain(spent);
        assertThat(run(server.components, QueuedJob.ofRestore(server.queue)))
                .isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("kept");
    }

    @Test
    void aRollBackThatAnEarlierVersionBeganDoesNotGoOnWithItsOwnCopy() throws Exception {
        write("good");
        server.restore(RestoreServer.whole("alice"));
        nameNewestCopy("2026-03-07T090406.000Z");
        write("broken");
        JobId id = enqueue(RestoreServer.safetyCopy("alice", SafetyCopies.NEWEST));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        killInHome(first);
        assertThat(server.safety.names(ALICE)).hasSize(2);
        forgetBeginning(id, first);
        first.end(new JobOutcome.HandedBack());

        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome).as(outcome.toString()).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("good");
        assertThat(server.safety.names(ALICE)).as("a further try takes none").hasSize(2);
    }

    @Test
    void aRollBackOfAnEarlierVersionWhoseCopyIsGoneFailsByName() throws Exception {
        JobId id = enqueue(RestoreServer.safetyCopy("alice", SafetyCopies.NEWEST));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        first.mark(Optional.of("{\"done\":[]}"));
        assertThat(server.queue.find(id)).isPresent();
        first.end(new JobOutcome.HandedBack());

        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .contains("with which this restore began is gone"));
    }

    @Test
    void aRetryOfWhatFailedUnderAnEarlierVersionTakesACopy() throws Exception {
        JobId id = enqueue(RestoreServer.whole("alice"));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        JobOutcome failed = run(failingIn("Homedir"), first);
        assertThat(failed).isInstanceOf(JobOutcome.Failed.class);
        forgetBeginning(id, first);
        first.end(failed);
        write("made since");
        server.clock.advance(Duration.ofDays(2));

        server.queue.retry(id, "root");
        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome).as(outcome.toString()).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("archived");
        List<String> copies = server.safety.names(ALICE);
        assertThat(copies).hasSize(2);
        server.restore(RestoreServer.safetyCopy("alice", copies.getFirst()));
        assertThat(page).hasContent("made since");
    }

    /// What is done of another archive is not done of this one.
    @Test
    void aRetryFindsAnotherArchiveAndBeginsAnew() throws Exception {
        JobId id = enqueue(RestoreServer.whole("alice"));
        QueuedJob first = QueuedJob.ofRestore(server.queue);
        JobOutcome failed = run(failingIn("PostRestoreActions"), first);
        assertThat(failed).isInstanceOf(JobOutcome.Failed.class);
        first.end(failed);
        write("archived later");
        server.backUp("alice");
        write("made since");
        server.clock.advance(Duration.ofDays(2));

        server.queue.retry(id, "root");
        JobOutcome outcome = run(server.components, QueuedJob.ofRestore(server.queue));

        assertThat(outcome).isNotInstanceOf(JobOutcome.Failed.class);
        assertThat(page).hasContent("archived later");
    }
}
