package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.ObjectKey;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two servers of one store that both have an account `dave`: neither gets, waits for, sees,
/// changes or loses anything of the other's.
class ServersApartTest {
    private static final AccountName DAVE = new AccountName("dave");
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final LocalDate DAY = LocalDate.of(2026, 11, 24);
    private static final ObjectKey ARCHIVE = new ObjectKey(DAY + "/accounts/dave.tar.gz");

    private Store store;
    private Server first;
    private Server second;

    /// What one daemon has of the store.
    private record Server(String node, JdbcJobQueue queue, JdbcCatalog catalog) {
        static Server of(Store store, String node) {
            return new Server(
                    node,
                    new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none(), node),
                    new JdbcCatalog(store, node));
        }

        Enqueued backUp() {
            return queue.enqueue(
                    JobRequest.of(JobKind.BACKUP, "dave", "root", "{}")
                            .withUniqueKey("backup:" + DAY + ":dave")
                            .withExclusiveKey("account:dave")
                            .onNode(node));
        }

        Lease claim() {
            return queue.claim(node + "/w", node, Set.of(JobKind.BACKUP), LEASE).orElseThrow();
        }

        RestorePoint point() {
            return new RestorePoint(
                    DAVE,
                    DestinationId.LOCAL,
                    Tier.DAILY,
                    DAY,
                    ARCHIVE,
                    node.length(),
                    node,
                    Instant.ofEpochMilli(1),
                    node);
        }

        void pack() throws Exception {
            backUp();
            queue.finish(
                    claim(),
                    new JobOutcome.Succeeded("{}"),
                    new FollowUp(List.of(point()), List.of()));
        }
    }

    @BeforeEach
    void open() throws Exception {
        store = TestStore.postgres();
        first = Server.of(store, "first.example");
        second = Server.of(store, "second.example");
    }

    @AfterEach
    void close() throws Exception {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void whatOneIsAskedForIsNotAnsweredWithTheOthersJob() {
        Enqueued mine = first.backUp();
        Enqueued theirs = second.backUp();
        assertThat(mine.added()).isTrue();
        assertThat(theirs.added()).isTrue();
        assertThat(theirs.id()).isNotEqualTo(mine.id());
        assertThat(second.backUp()).isEqualTo(new Enqueued(theirs.id(), false));
        assertThat(first.backUp()).isEqualTo(new Enqueued(mine.id(), false));
    }

    @Test
    void theOthersWorkOnItsAccountDelaysNothing() {
        first.backUp();
        second.backUp();
        assertThat(first.claim().job().request().node()).contains("first.example");
        assertThat(second.claim().job().request().node()).contains("second.example");
    }

    @Test
    void oneServersAccountIsStillWorkedOnOnceAtATime() {
        first.backUp();
        first.queue()
                .enqueue(
                        JobRequest.of(JobKind.BACKUP, "dave", "root", "{}")
                                .withExclusiveKey("account:dave")
                                .onNode(first.node()));
        first.claim();
        assertThat(first.queue().claim("w2", first.node(), Set.of(JobKind.BACKUP), LEASE))
                .isEmpty();
    }

    @Test
    void aJobThatIsTriedAgainKeepsItsServersKey() throws Exception {
        first.backUp();
        Lease lease = first.claim();
        first.queue().finish(lease, new JobOutcome.Failed("{}", "no"), FollowUp.NONE);
        second.backUp();
        assertThat(first.queue().retry(lease.job().id(), "root")).isTrue();
        assertThat(first.backUp().added()).isFalse();
    }

    @Test
    void listsAndRemovalsStayOnTheirServer() {
        first.backUp();
        second.backUp();
        JobFilter pending = JobFilter.of(Set.of(JobKind.BACKUP), Set.of(JobState.PENDING));
        assertThat(first.queue().list(pending.about("dave")))
                .singleElement()
                .satisfies(job -> assertThat(job.request().node()).contains("first.example"));
        assertThat(first.queue().count(pending)).isEqualTo(1);
        assertThat(first.queue().count(pending.ofAllServers())).isEqualTo(2);
        assertThat(first.queue().remove(pending, "root")).isEqualTo(1);
        assertThat(second.queue().count(pending)).isEqualTo(1);
    }

    @Test
    void eachHasAPointOfTheDateAndSeesItsOwnAlone() throws Exception {
        first.pack();
        second.pack();
        for (Server each : List.of(first, second)) {
            assertThat(each.catalog().ofAccount(DAVE)).containsExactly(each.point());
            assertThat(each.catalog().find(DAVE, DestinationId.LOCAL, DAY)).contains(each.point());
            assertThat(each.catalog().copiesOf(DAVE)).hasSize(1);
            java.util.List<RestorePoint> all = new java.util.ArrayList<>();
            each.catalog().forEach(all::add);
            each.catalog().forEachCopy(copy -> all.add(copy.point()));
            assertThat(all).containsExactly(each.point(), each.point());
        }
    }

    @Test
    void neitherCondemnsOrRemovesAPointOfTheOthers() throws Exception {
        first.pack();
        second.pack();
        Proof damaged = new Proof(Instant.ofEpochMilli(5), Verdict.DAMAGED, "a bit");
        assertThat(first.catalog().prove(second.point(), damaged)).isFalse();
        assertThat(first.catalog().prove(first.point(), damaged)).isTrue();
        assertThat(first.catalog().isUnsound(DestinationId.LOCAL, ARCHIVE)).isTrue();
        assertThat(second.catalog().isUnsound(DestinationId.LOCAL, ARCHIVE)).isFalse();

        assertThatThrownBy(() -> first.catalog().markDeleting(second.point()))
                .isInstanceOf(IllegalStateException.class);
        second.catalog().markDeleting(second.point());
        assertThat(first.catalog().deleting()).isEmpty();
        second.catalog().drop(second.point());
        assertThat(second.catalog().ofAccount(DAVE)).isEmpty();
        assertThat(first.catalog().copiesOf(DAVE)).hasSize(1);
    }

    @Test
    void aPauseIsOfOneServer() {
        first.queue().setPaused(JobKind.BACKUP, true, "root");
        assertThat(first.queue().paused()).containsExactly(JobKind.BACKUP);
        assertThat(second.queue().paused()).isEmpty();
        first.backUp();
        second.backUp();
        assertThat(second.claim().job().request().node()).contains("second.example");
        assertThat(
                        first.queue()
                                .claim(
                                        "first.example/w",
                                        "first.example",
                                        Set.of(JobKind.BACKUP),
                                        LEASE))
                .isEmpty();
        second.queue().setPaused(JobKind.BACKUP, true, "root");
        first.queue().setPaused(JobKind.BACKUP, false, "root");
        assertThat(first.claim().job().request().node()).contains("first.example");
        assertThat(second.queue().paused()).containsExactly(JobKind.BACKUP);
    }

    /// One of an earlier version was of all servers.
    @Test
    void aPauseWithoutAServerHoldsUntilSomebodyResumes() {
        new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none())
                .setPaused(JobKind.BACKUP, true, "root");
        assertThat(first.queue().paused()).containsExactly(JobKind.BACKUP);
        second.backUp();
        assertThat(
                        second.queue()
                                .claim(
                                        "second.example/w",
                                        "second.example",
                                        Set.of(JobKind.BACKUP),
                                        LEASE))
                .isEmpty();
        first.queue().setPaused(JobKind.BACKUP, false, "root");
        assertThat(second.claim().job().request().node()).contains("second.example");
    }

    @Test
    void whoPausesBesideAPauseOfAllStaysPaused() {
        new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none())
                .setPaused(JobKind.BACKUP, true, "root");
        second.queue().setPaused(JobKind.BACKUP, true, "root");
        first.queue().setPaused(JobKind.BACKUP, false, "root");
        assertThat(first.queue().paused()).isEmpty();
        assertThat(second.queue().paused()).containsExactly(JobKind.BACKUP);
    }

    /// A place that both read: what one takes up there leaves the other's catalog as it is.
    @Test
    void whatOneTakesUpComesIntoItsOwnCatalog() throws Exception {
        second.pack();
        assertThat(first.catalog().adopt(List.of(second.point()))).isEqualTo(1);
        assertThat(first.catalog().ofAccount(DAVE)).containsExactly(second.point());
        first.catalog().markDeleting(second.point());
        first.catalog().drop(second.point());
        assertThat(second.catalog().ofAccount(DAVE)).containsExactly(second.point());
    }

    @Test
    void rowsOfAnEarlierVersionBecomeThoseOfWhoPackedThem() throws Exception {
        new JdbcCatalog(store).adopt(List.of(first.point()));
        assertThat(first.catalog().ofAccount(DAVE)).isEmpty();
        assertThat(second.catalog().takeOverUnnamed()).isZero();
        assertThat(first.catalog().takeOverUnnamed()).isEqualTo(1);
        assertThat(first.catalog().ofAccount(DAVE)).containsExactly(first.point());
        assertThat(first.catalog().takeOverUnnamed()).isZero();
    }

    @Test
    void openJobsOfAnEarlierVersionGetTheirServersKey() throws Exception {
        String url = PostgresServer.running().newDatabase();
        org.flywaydb.core.Flyway.configure()
                .dataSource(url, PostgresServer.USER, PostgresServer.PASSWORD)
                .locations("classpath:db/migration")
                .target("3")
                .load()
                .migrate();
        try (Connection connection =
                        java.sql.DriverManager.getConnection(
                                url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO job (id, kind, state, subject, owner, arguments, asked_held,"
                            + " priority, unique_key, open_unique_key, node, max_attempts,"
                            + " created_at, run_at, attempts, snoozes, fence, cancel_requested,"
                            + " progress, result, reason) VALUES ('j0000000000000a', 'BACKUP',"
                            + " 'PENDING', 'dave', 'root', '{}', FALSE, 50, 'backup:"
                            + DAY
                            + ":dave', 'backup:"
                            + DAY
                            + ":dave', 'first.example', 3, 1, 0, 0, 0, 0, FALSE, '{}', '{}', '')");
        }
        try (Store upgraded =
                Store.open(
                        new StoreSettings(
                                url,
                                PostgresServer.USER,
                                new dev.packhorse.transport.spi.Secret(PostgresServer.PASSWORD),
                                4))) {
            assertThat(Server.of(upgraded, "first.example").backUp().added()).isFalse();
            assertThat(Server.of(upgraded, "second.example").backUp().added()).isTrue();
        }
    }
}
