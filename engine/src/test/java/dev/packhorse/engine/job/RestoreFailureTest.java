package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.DatabaseSearch;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.component.registry.AccountRemoval;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.HostWatch;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Restores that fail in the middle, through the handler of the job. Needs root, for files of other
/// users.
class RestoreFailureTest {
    @TempDir Path folder;

    private RestoreServer server;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.backUp("alice");
    }

    private static final class Watch implements HostWatch {
        private final HostWatch next;
        private int left;

        Watch(HostWatch next, int left) {
            this.next = next;
            this.left = left;
        }

        @Override
        public void before(String path) throws IOException {
            if (--left < 0) {
                throw new IOException("the disk failed");
            }
            next.before(path);
        }

        @Override
        public void after(String path) throws IOException {
            next.after(path);
        }
    }

    private record Source(ArchiveSource all, int most) implements ArchiveSource {
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
            int[] left = {most};
            all.forEach(
                    below,
                    (entry, content) -> {
                        if (entry instanceof RegularFile && --left[0] < 0) {
                            throw new IOException("the archive cannot be read");
                        }
                        visitor.visit(entry, content);
                    });
        }
    }

    /// All modules; the host of one, or its archive, fails behind some steps.
    private List<AccountComponent> failing(String name, int steps) {
        return TamperedModule.among(
                ComponentRegistry.standard().all(),
                name,
                (module, context, source) -> {
                    HostServices services = context.services();
                    return module.restore(
                            context.on(
                                    services.watchedBy(new Watch(services.root().watch(), steps))),
                            new Source(source, steps));
                });
    }

    @Test
    void aFailedModuleIsNamedAndTheOthersGoOn() throws Exception {
        Files.writeString(server.root.resolve("/var/named/alice.example.db"), "; mine\n");
        Files.delete(server.root.resolve("/var/spool/cron/alice"));

        RestoreResult done =
                server.restoreWith(failing("ZoneFile", 2), RestoreServer.whole("alice"));

        assertThat(done.result()).isZero();
        assertThat(done.message()).isEqualTo("failed: ZoneFile: the disk failed");
        assertThat(done.modules())
                .containsEntry("ZoneFile", "failed")
                .containsEntry("Cron", "done");
        assertThat(server.root.resolve("/var/named/alice.example.db")).hasContent("; mine");
        assertThat(server.root.resolve("/var/spool/cron/alice")).exists();
        assertThat(server.root.resolve("/var/cpanel/packhorse/restoring/alice")).doesNotExist();
    }

    @Test
    void anAccountThatCannotBeMadeLeavesNothing() throws Exception {
        AccountRemoval.destroy(server.root, server.services.accounts(), "alice");
        List<String> before = withoutTimes();

        for (int steps = 0; steps < 5; steps++) {
            RestoreResult done =
                    server.restoreWith(failing("Account", steps), RestoreServer.whole("alice"));

            assertThat(done.message()).startsWith("failed: Account");
            assertThat(RestoreServer.differences(before, withoutTimes())).isEmpty();
        }
        assertThat(server.restore(RestoreServer.whole("alice")).result()).isEqualTo(1);
    }

    private List<String> withoutTimes() throws IOException {
        return server.census().stream()
                .filter(line -> !line.startsWith("etc/.pwd.lock"))
                .map(line -> {
                    String[] fields = line.split(" ", -1);
                    fields[4] = "-";
                    return String.join(" ", fields);
                })
                .toList();
    }

    @Test
    void whatAFailedHomeHadMadeIsTakenAway() throws Exception {
        Path home = server.root.resolve("/home/alice");
        Path shop = home.resolve("public_html/shop");
        try (var all = Files.walk(shop)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        Path own = Files.writeString(home.resolve("own.txt"), "own\n");
        List<String> before = server.census();

        RestoreResult done =
                server.restoreWith(failing("Homedir", 300), RestoreServer.whole("alice"));

        assertThat(done.message()).isEqualTo("failed: Homedir: the archive cannot be read");
        assertThat(own).hasContent("own");
        assertThat(shop).doesNotExist();
        assertThat(RestoreServer.differences(before, server.census()))
                .filteredOn(
                        line -> line.startsWith("+home/alice/") && !line.contains(" DIRECTORY "))
                .isEmpty();
    }

    /// As a removal leaves it that stops behind the home.
    private RemovalMark removeHalfWay() throws Exception {
        AccountName alice = new AccountName("alice");
        Account account = server.services.accounts().find(alice).orElseThrow();
        new dev.packhorse.engine.provision.AccountRemoval(server.services)
                .begin(account, false, () -> {});
        assertThat(server.root.resolve("/home/alice")).doesNotExist();
        RemovalMark mark = RemovalMark.of(server.services, alice);
        assertThat(mark.stands()).isTrue();
        return mark;
    }

    @Test
    void aRestoreOfAllMakesARemovalUndone() throws Exception {
        RemovalMark mark = removeHalfWay();

        RestoreResult done = server.restore(RestoreServer.whole("alice"));

        assertThat(done.modules()).as("%s", done).doesNotContainValue("failed").isNotEmpty();
        assertThat(server.root.resolve("/home/alice/public_html/index.php")).exists();
        assertThat(server.safety.names(new AccountName("alice")))
                .as("of what there was")
                .hasSize(1);
        assertThat(mark.stands()).isFalse();
        List<String> aside = mark.movedAside("/home/alice");
        assertThat(aside).hasSize(1).allMatch(each -> each.startsWith("/home/.packhorse-removed-"));
        assertThat(done.warnings())
                .as("what the customer had changed since the backup is nowhere else")
                .anyMatch(each -> each.contains(aside.getFirst()));
    }

    /// Modules that are not for strangers were not restored.
    @Test
    void anArchiveThatNobodyVouchesForLeavesARemovalHalfWay() throws Exception {
        RemovalMark mark = removeHalfWay();
        String copy = "/home/cpmove-alice.tar.gz";
        Files.copy(
                server.root.resolve("/backup/" + RestoreServer.TODAY + "/accounts/alice.tar.gz"),
                server.root.resolve(copy));

        RestoreResult brought = server.restore(RestoreServer.brought("alice", copy));

        assertThat(brought.warnings())
                .anyMatch(each -> each.contains("half-way") && each.contains("vouches for"));
        assertThat(mark.stands()).isTrue();

        server.restore(RestoreServer.vouched("alice", copy));
        assertThat(mark.stands()).isFalse();
    }

    /// The removal may have dropped databases.
    @Test
    void aDatabaseServerThatIsAwayLeavesARemovalHalfWay() throws Exception {
        HostRoot host = new HostRoot(folder.resolve("away/server"));
        DemoServer.write(host.folder(), 20);
        AtomicReference<DatabaseSearch.Sign> sign = new AtomicReference<>(DatabaseSearch.Sign.NONE);
        HostServices bare =
                new HostServices(
                        host,
                        new CpanelAccountDirectory(host),
                        DemoServer.HOSTNAME,
                        Optional.empty());
        HostServices services =
                new HostServices(
                        host,
                        bare.accounts(),
                        bare.hostname(),
                        DatabaseSearch.with(() ->
                                new DatabaseSearch.Found<>(
                                        Optional.empty(), "no socket", sign.get())),
                        bare.postgresSearch());
        List<AccountComponent> components =
                TamperedModule.among(
                        ComponentRegistry.standard(new MysqlComponent()).all(),
                        "Mysql",
                        (_, _, _) -> RestoreReport.absent("no MySQL here"));
        server.close();
        server = new RestoreServer(folder.resolve("away"), services, components);
        server.backUp("alice");
        RemovalMark mark = removeHalfWay();
        sign.set(DatabaseSearch.Sign.SEEN);

        RestoreResult away = server.restore(RestoreServer.whole("alice"));

        assertThat(away.warnings())
                .anyMatch(each -> each.contains("half-way") && each.contains("no socket"));
        assertThat(away.skipped()).contains("Mysql: no MySQL here");
        assertThat(mark.stands()).isTrue();

        sign.set(DatabaseSearch.Sign.NONE);
        server.restore(RestoreServer.whole("alice"));
        assertThat(mark.stands()).as("this server never had one").isFalse();
    }

    /// As on a server that has not mounted the disk of its homes.
    @Test
    void aHomeThatNoRemovalTookIsNotMadeAnew() throws Exception {
        Path home = server.root.resolve("/home/alice");
        Path elsewhere = server.root.resolve("/elsewhere");
        Files.move(home, elsewhere);

        RestoreResult refused = server.restore(RestoreServer.whole("alice"));

        assertThat(refused.message())
                .startsWith("no safety copy could be taken, so nothing was changed: Homedir")
                .contains("the home directory /home/alice does not exist");
        assertThat(refused.modules()).isEmpty();
        assertThat(home).doesNotExist();

        Files.move(elsewhere, home);
        assertThat(server.restore(RestoreServer.whole("alice")).modules())
                .containsEntry("Homedir", "done");
    }

    /// What is left of the account must not become its newest backup.
    @Test
    void aRestoreOfPartsOrOneThatFailsLeavesARemovalHalfWay() throws Exception {
        RemovalMark mark = removeHalfWay();

        RestoreResult part = server.restore(RestoreServer.modules("alice", "Cron"));

        assertThat(part.modules()).containsEntry("Cron", "done");
        assertThat(part.warnings()).anyMatch(each -> each.contains("stopped half-way"));
        assertThat(mark.stands()).isTrue();

        server.restoreWith(failing("Homedir", 300), RestoreServer.whole("alice"));

        assertThat(mark.stands()).isTrue();
        assertThat(server.restore(RestoreServer.whole("alice")).warnings())
                .noneMatch(each -> each.contains("half-way"));
        assertThat(mark.stands()).isFalse();
    }

    /// A job whose marks and outcome the store takes, or not.
    private static final class StoredJob implements JobContext {
        private final JobQueue queue;
        private final Lease lease;

        StoredJob(RestoreServer server, RestoreArguments arguments) {
            queue =
                    new JdbcJobQueue(
                            server.store,
                            InstantSource.fixed(RestoreServer.NOW),
                            WorkListener.none());
            queue.enqueue(
                    JobRequest.of(
                            JobKind.RESTORE,
                            arguments.account(),
                            "root",
                            JobJson.write(arguments)));
            lease =
                    queue.claim("worker", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(5))
                            .orElseThrow();
        }

        @Override
        public Lease lease() {
            return lease;
        }

        @Override
        public Cancellation cancellation() {
            return Cancellation.never();
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) throws LeaseLostException {
            queue.mark(lease, resumeMark);
        }

        void finish(JobOutcome outcome) throws LeaseLostException {
            queue.finish(lease, outcome, FollowUp.NONE);
        }
    }

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aModuleLearnsHowFarAKilledRunHadCome() throws Exception {
        List<Optional<String>> before = new ArrayList<>();
        List<AccountComponent> modules =
                TamperedModule.among(
                        server.components,
                        "Homedir",
                        (module, context, source) -> {
                            before.add(context.progress().before());
                            if (before.size() == 1) {
                                context.progress().reached("halfway");
                                throw new Died();
                            }
                            return module.restore(context, source);
                        });
        MarkedJob job = new MarkedJob(RestoreServer.whole("alice"));
        RestoreHandler handler = new RestoreHandler(server.parts(modules));
        assertThatThrownBy(() -> handler.run(job)).isInstanceOf(Died.class);

        assertThat(handler.run(job).outcome()).isNotInstanceOf(JobOutcome.Failed.class);

        assertThat(before).containsExactly(Optional.empty(), Optional.of("halfway"));
    }

    @Test
    void aModuleThatFailedHasItsTurnAgainAndNothingThatWasSaidIsForgotten() throws Exception {
        List<String> turns = new ArrayList<>();
        List<AccountComponent> telling =
                TamperedModule.among(
                        server.components,
                        "Homedir",
                        (_, _, _) -> {
                            turns.add("Homedir");
                            RestoreNotes notes = new RestoreNotes();
                            notes.skipped("one file");
                            return notes.report(Map.of());
                        });
        List<AccountComponent> modules =
                TamperedModule.among(
                        telling,
                        "Cron",
                        (module, context, source) -> {
                            turns.add("Cron");
                            if (turns.stream().filter("Cron"::equals).count() == 1) {
                                throw new ComponentException("the crontab is locked");
                            }
                            return module.restore(context, source);
                        });
        MarkedJob job = new MarkedJob(RestoreServer.whole("alice"));
        RestoreHandler handler = new RestoreHandler(server.parts(modules));
        assertThat(handler.run(job).outcome()).isInstanceOf(JobOutcome.Failed.class);
        Files.delete(server.root.resolve("/var/spool/cron/alice"));

        JobOutcome again = handler.run(job).outcome();

        assertThat(turns).containsExactlyInAnyOrder("Homedir", "Cron", "Cron");
        assertThat(server.root.resolve("/var/spool/cron/alice")).exists();
        assertThat(again)
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        partial -> {
                            RestoreResult result =
                                    JobJson.read(partial.result(), RestoreResult.class);
                            assertThat(result.result()).isEqualTo(2);
                            assertThat(result.skipped()).contains("Homedir: one file");
                            assertThat(result.modules())
                                    .containsEntry("Homedir", "done before")
                                    .containsEntry("Cron", "done");
                        });
    }

    /// The customer names the files that are told of, with bytes that take three characters each.
    @Test
    void moreOddFilesThanAMarkHoldsEndNoRestore() throws Exception {
        String odd = "%FF".repeat(600);
        List<AccountComponent> modules =
                TamperedModule.among(
                        server.components,
                        "Homedir",
                        (_, _, _) -> {
                            RestoreNotes notes = new RestoreNotes();
                            for (int i = 0; i < 1_200; i++) {
                                notes.altered(odd + i + ": changed");
                                notes.dangerous(odd + i + ": runs as its owner");
                            }
                            return notes.report(Map.of());
                        });
        List<AccountComponent> telling =
                TamperedModule.among(
                        modules,
                        "Cron",
                        (_, _, _) -> {
                            RestoreNotes notes = new RestoreNotes();
                            notes.skipped("a job of nobody");
                            return notes.report(Map.of());
                        });
        StoredJob job = new StoredJob(server, RestoreServer.whole("alice"));

        JobOutcome outcome = new RestoreHandler(server.parts(telling)).run(job).outcome();

        job.finish(outcome);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        partial -> {
                            RestoreResult result =
                                    JobJson.read(partial.result(), RestoreResult.class);
                            assertThat(result.modules())
                                    .containsEntry("PostRestoreActions", "done");
                            assertThat(result.skipped()).contains("Cron: a job of nobody");
                            assertThat(result.dangerous())
                                    .contains("Homedir: " + odd + "0: runs as its owner")
                                    .last()
                                    .asString()
                                    .matches("Homedir: and at least \\d+ more of this kind");
                        });
    }

    /// A user that is being restored has no login shell, and is an account all the same.
    @Test
    void anAbsentAccountComesBackOnAServerOfPlainUsers() throws Exception {
        String copy = server.copyOf("alice");
        Path root = Files.createDirectories(folder.resolve("unix/server"));
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("home"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/bash\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        Files.writeString(root.resolve("etc/shadow"), "root:*:19000:0:99999:7:::\n");
        Files.writeString(root.resolve("etc/shells"), "/bin/bash\n/usr/sbin/nologin\n");
        Path map = Files.writeString(folder.resolve("domains.yaml"), "alice: alice.example\n");
        Files.copy(server.root.resolve(copy), root.resolve(copy.substring(1)));
        HostRoot host = new HostRoot(root);
        HostServices services =
                new HostServices(
                        host,
                        new UnixAccountDirectory(
                                host,
                                UnixAccountSettings.DEFAULT.withDomainMap(map),
                                DemoServer.HOSTNAME),
                        DemoServer.HOSTNAME,
                        Optional.empty());
        try (RestoreServer plain =
                new RestoreServer(
                        folder.resolve("unix"), services, ComponentRegistry.standard().all())) {
            RestoreArguments arguments = RestoreServer.brought("alice", copy);
            PlannedRestore plan = plain.plan(arguments);
            RestoreResult done =
                    plain.restore(arguments.within(arguments.scope().expecting(plan.digests())));

            assertThat(done.result()).as(done.message()).isEqualTo(2);
            assertThat(done.modules()).containsEntry("PostRestoreActions", "done");
            assertThat(services.accounts().find(new AccountName("alice"))).isPresent();
            assertThat(root.resolve("home/alice/public_html/index.php")).exists();
        }
    }
}
