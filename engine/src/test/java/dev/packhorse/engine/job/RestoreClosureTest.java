package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.account.AccountClosure;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.component.account.QuotaComponent;
import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.component.registry.AccountRemoval;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.DiskQuota;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// While an account is restored nobody logs in to it and its disk limit is lifted, until the last
/// module has ended, whatever becomes of the restore. Needs root, for files of other users.
class RestoreClosureTest {
    private static final AccountName ALICE = new AccountName("alice");
    private static final DiskQuota LIMIT = new DiskQuota(204_800, 200_000, 90_000, 80_000);

    @TempDir Path folder;

    private final Limits limits = new Limits();
    private RestoreServer server;
    private String hash;
    private String shell;

    /// Limits that are kept here, since few kernels and file systems of test machines have them.
    private static final class Limits implements DiskLimits {
        private final Map<Integer, DiskQuota> byUser = new HashMap<>();
        private boolean refuses;

        @Override
        public Optional<DiskQuota> find(Account account, Path home) {
            return Optional.ofNullable(byUser.get(account.uid()));
        }

        @Override
        public void set(Account account, Path home, DiskQuota quota) throws IOException {
            if (refuses) {
                throw new IOException("operation not permitted");
            }
            byUser.put(account.uid(), quota);
        }
    }

    /// What of the account is open.
    private record State(
            OptionalLong expiry,
            String hash,
            String shell,
            Optional<DiskQuota> quota,
            boolean noted) {}

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.limits = limits;
        server.backUp("alice");
        limits.byUser.put(alice().uid(), LIMIT);
        hash = state().hash();
        shell = state().shell();
        assertThat(hash).startsWith("$");
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private Account alice() throws IOException {
        return server.services.accounts().find(ALICE).orElseThrow();
    }

    private State state() throws IOException {
        Account alice = alice();
        UserDatabase users = new UserDatabase(server.root);
        return new State(
                users.expiryDay("alice"),
                users.passwordHash("alice").orElse(""),
                alice.shell(),
                limits.find(alice, Path.of("/")),
                AccountClosure.all(server.services).contains(ALICE));
    }

    private State open() {
        return new State(OptionalLong.empty(), hash, shell, Optional.of(LIMIT), false);
    }

    private void assertClosed(State state) {
        assertClosedLogin(state);
        assertThat(state.quota()).contains(DiskQuota.NONE);
    }

    /// By the user's expiry alone: else a backup that is made meanwhile would hold a locked login.
    private void assertClosedLogin(State state) {
        assertThat(state.expiry()).hasValue(1);
        assertThat(state.hash()).isEqualTo(hash);
        assertThat(state.shell()).isEqualTo(shell);
    }

    /// All modules; before those named something else is done.
    private List<AccountComponent> before(String name, Seen seen) {
        return TamperedModule.among(
                server.components,
                name,
                (module, context, source) -> {
                    seen.at();
                    return module.restore(context, source);
                });
    }

    @FunctionalInterface
    private interface Seen {
        void at() throws ComponentException, IOException;
    }

    private JobOutcome run(List<AccountComponent> modules, MarkedJob job) throws Exception {
        return new RestoreHandler(server.parts(modules)).run(job).outcome();
    }

    /// As a kill leaves it: nothing of the program runs any more.
    private void killIn(String module, MarkedJob job) {
        List<AccountComponent> dying =
                before(
                        module,
                        () -> {
                            throw new Died();
                        });
        assertThatThrownBy(() -> run(dying, job)).isInstanceOf(Died.class);
    }

    private static MarkedJob job() {
        return new MarkedJob(RestoreServer.whole("alice"));
    }

    @Test
    void anAccountIsClosedUntilItsLastModuleHasEnded() throws Exception {
        List<State> seen = new ArrayList<>();
        List<AccountComponent> watched =
                TamperedModule.among(
                        before("Homedir", () -> seen.add(state())),
                        "PostRestoreActions",
                        (module, context, source) -> {
                            seen.add(state());
                            return module.restore(context, source);
                        });

        JobOutcome outcome = run(watched, job());

        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(seen).hasSize(2).allSatisfy(this::assertClosed);
        assertThat(state()).isEqualTo(open());
    }

    /// `crontab` would refuse the user, who has expired; so cron's own file is written, as Debian
    /// has it.
    @Test
    void theCrontabOfAClosedAccountIsPutWhereCronReadsIt() throws Exception {
        Path spool = Files.createDirectories(server.root.resolve("/var/spool/cron/crontabs"));
        Path groups = server.root.resolve("/etc/group");
        Files.writeString(groups, Files.readString(groups) + "crontab:x:4105:\n");
        Path crontab = Files.writeString(spool.resolve("alice"), "# root's\n");

        JobOutcome outcome = run(before("Cron", () -> assertClosedLogin(state())), job());

        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(crontab).content().contains("/home/alice");
        assertThat(Files.getAttribute(crontab, "unix:uid")).isEqualTo(alice().uid());
        assertThat(Files.getAttribute(crontab, "unix:gid")).isEqualTo(4_105);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(crontab)))
                .isEqualTo("rw-------");
    }

    /// What an archive does not hold stays: the limit on the number of files, and of the blocks
    /// what is finer than a MiB.
    @Test
    void theModuleOfTheLimitChangesTheBlocksAlone() throws Exception {
        DiskQuota fine = new DiskQuota(1_000, 900, 50, 40);
        limits.byUser.put(alice().uid(), fine);
        List<AccountComponent> limited =
                TamperedModule.among(
                        server.components,
                        "Quota",
                        (module, context, source) ->
                                new QuotaComponent(limits).restore(context, source));
        for (String setting : new String[] {"1000", "2048", "0"}) {
            setting(setting);
            server.backUp("alice");
            assertThat(run(limited, job())).isInstanceOf(JobOutcome.Succeeded.class);
            long blocks = Long.parseLong(setting);
            assertThat(state().quota())
                    .contains(
                            setting.equals("1000") ? fine : new DiskQuota(blocks, blocks, 50, 40));
        }
    }

    private void setting(String blocks) throws IOException {
        Path users = server.root.resolve("/var/cpanel/users/alice");
        String others = Files.readString(users).replaceAll("(?m)^DISK_BLOCK_LIMIT=.*\n", "");
        Files.writeString(users, others + "DISK_BLOCK_LIMIT=" + blocks + "\n");
    }

    @Test
    void aModuleThatFailsLeavesItOpen() throws Exception {
        List<AccountComponent> failing =
                before(
                        "Homedir",
                        () -> {
                            assertClosed(state());
                            throw new ComponentException("the disk failed");
                        });

        assertThat(run(failing, job())).isInstanceOf(JobOutcome.Failed.class);
        assertThat(state()).isEqualTo(open());
    }

    @Test
    void itStaysClosedOverAKillAndIsOpenAtTheEnd() throws Exception {
        MarkedJob job = job();
        killIn("Homedir", job);
        assertClosed(state());

        List<State> seen = new ArrayList<>();
        JobOutcome outcome = run(before("Homedir", () -> seen.add(state())), job);

        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(seen).singleElement().satisfies(this::assertClosed);
        assertThat(state()).isEqualTo(open());
    }

    /// The limit may be set again after the kill, by whoever looks after quotas.
    @Test
    void aLimitThatSomebodySetMeanwhileIsLiftedAgain() throws Exception {
        MarkedJob job = job();
        killIn("Homedir", job);
        DiskQuota theirs = new DiskQuota(1, 1, 1, 1);
        limits.byUser.put(alice().uid(), theirs);

        List<State> seen = new ArrayList<>();
        run(before("Homedir", () -> seen.add(state())), job);

        assertThat(seen).singleElement().satisfies(this::assertClosed);
        assertThat(state().quota()).contains(theirs);
    }

    @Test
    void aRestoreThatCannotBeginAgainOpensIt() throws Exception {
        MarkedJob job = job();
        killIn("Homedir", job);
        Files.delete(
                server.root.resolve("/backup/" + RestoreServer.TODAY + "/accounts/alice.tar.gz"));

        assertThat(run(server.components, job)).isInstanceOf(JobOutcome.Failed.class);

        assertThat(state()).isEqualTo(open());
    }

    @Test
    void anAccountThatIsMadeNewIsClosedUntilTheEnd() throws Exception {
        int uid = alice().uid();
        AccountRemoval.destroy(server.root, server.services.accounts(), "alice");
        limits.byUser.remove(uid);
        List<State> seen = new ArrayList<>();

        JobOutcome outcome = run(before("PostRestoreActions", () -> seen.add(state())), job());

        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(seen).singleElement().satisfies(this::assertClosedLogin);
        assertThat(state())
                .isEqualTo(new State(OptionalLong.empty(), hash, shell, Optional.empty(), false));
    }

    @Test
    void oneThatIsSuspendedOrComesBackSuspendedStaysSo() throws Exception {
        Suspension suspension = new Suspension(server.services);
        suspension.suspend(alice(), "unpaid", false, true, RestoreServer.NOW);

        run(before("Homedir", () -> assertThat(state().quota()).contains(DiskQuota.NONE)), job());

        assertThat(state().hash()).isEqualTo("!" + hash);
        assertThat(state().shell()).endsWith("/nologin");
        assertThat(state().quota()).contains(LIMIT);
        assertThat(state().noted()).isFalse();
        server.backUp("alice");
        suspension.unsuspend(alice());
        assertThat(state()).isEqualTo(open());

        run(server.components, job());

        assertThat(alice().suspended()).isTrue();
        assertThat(state().hash()).isEqualTo("!" + hash);
        assertThat(state().shell()).endsWith("/nologin");
        suspension.unsuspend(alice());
        assertThat(state()).isEqualTo(open());
    }

    /// As one does where the restore is held back.
    @Test
    void aBackupThatIsMadeMeanwhileHoldsAnOpenLogin() throws Exception {
        MarkedJob job = job();
        killIn("Homedir", job);
        assertClosed(state());
        server.backUp("alice");
        UserDatabase users = new UserDatabase(server.root);
        users.setPasswordHash(ALICE, "!$6$saltsalt$" + "b".repeat(86));
        users.setShell(ALICE, "/bin/false");

        run(server.components, job());

        assertThat(state()).isEqualTo(open());
    }

    @Test
    void oneThatIsSuspendedMeanwhileIsOpenWhenItIsLetInAgain() throws Exception {
        Suspension suspension = new Suspension(server.services);
        run(
                before(
                        "Homedir",
                        () ->
                                suspension.suspend(
                                        alice(), "unpaid", false, true, RestoreServer.NOW)),
                job());

        assertThat(alice().suspended()).isTrue();
        assertThat(state().hash()).isEqualTo("!" + hash);
        suspension.unsuspend(alice());
        assertThat(state()).isEqualTo(open());
    }

    /// As under the systemd unit, which gives the daemon no right to that.
    @Test
    void aLimitThatMayNotBeLiftedEndsNothing() throws Exception {
        limits.refuses = true;
        List<State> seen = new ArrayList<>();

        JobOutcome outcome = run(before("Homedir", () -> seen.add(state())), job());

        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(seen)
                .singleElement()
                .satisfies(state -> {
                    assertClosedLogin(state);
                    assertThat(state.quota()).contains(LIMIT);
                });
        assertThat(state()).isEqualTo(open());
    }

    @Test
    void aPlanAndARestoreOfPartsCloseNothing() throws Exception {
        server.plan(RestoreServer.whole("alice"));
        assertThat(state()).isEqualTo(open());

        List<State> seen = new ArrayList<>();
        run(
                before("Cron", () -> seen.add(state())),
                new MarkedJob(RestoreServer.modules("alice", "Cron")));

        assertThat(seen).containsExactly(open());
    }
}
