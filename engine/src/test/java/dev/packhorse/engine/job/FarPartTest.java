package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.decorator.Pause;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.decorator.RetryingTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A part of an account comes back from a destination by the archive's index: little is fetched for
/// little, what breaks is tried again, and what somebody changed there is not restored. Needs root,
/// for files of other users.
class FarPartTest {
    private static final int LARGE_BYTES = 12 << 20;

    @TempDir static Path folder;

    private static VerifyServer server;
    private static MeteredPlace place;
    private static Path home;
    private static RestorePoint point;
    private static byte[] large = new byte[0];

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new VerifyServer(folder);
        home = server.server.root.resolve("/home/alice");
        large = new byte[LARGE_BYTES];
        new Random(1).nextBytes(large);
        Files.write(home.resolve("video.bin"), large);
        Files.writeString(home.resolve("public_html/one.txt"), "one\n");
        own(home.resolve("video.bin"), home.resolve("public_html/one.txt"));
        server.backUp("bob");
        point = server.backUp("alice");
        server.keep();
        place = new MeteredPlace(server.place);
        RetryPolicy quick =
                new RetryPolicy(
                        4, Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofSeconds(60));
        server.server.opener =
                _ -> new RetryingTransport(place, quick, Pause.real(), new Random(1));
    }

    private static void own(Path... paths) throws IOException {
        int uid =
                server.server
                        .services
                        .accounts()
                        .find(new AccountName("alice"))
                        .orElseThrow()
                        .uid();
        for (Path path : paths) {
            Files.setAttribute(path, "unix:uid", uid);
            Files.setAttribute(path, "unix:gid", uid);
        }
    }

    @BeforeEach
    void clean() {
        place.reset();
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static RestoreArguments part(String part) {
        return RestoreServer.wholeFrom("alice", server.far)
                .within(new RestoreScope(false, Map.of(), List.of(part), "", false));
    }

    private static Path there(ObjectKey key) {
        return folder.resolve("far").resolve(key.value());
    }

    private static Path archive() {
        return there(point.archive());
    }

    @Test
    void aSmallFileCostsLittleOfTheArchive() throws Exception {
        Path file = home.resolve("public_html/one.txt");
        Files.delete(file);

        RestoreResult done = server.server.restore(part("path:public_html/one.txt"));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(file).hasContent("one");
        // The folder that holds it lies in front, with all others.
        assertThat(place.readsOf(point.archive())).isLessThanOrEqualTo(2);
        assertThat(place.bytes()).isLessThan(1 << 20);
        assertThat(server.server.lastLog()).contains("Reading the archive of", "by its index");
    }

    /// It would send what lies before each member.
    @Test
    void aPlaceThatTurnsOutToReadNoPartsIsReadOnceAsAWhole() throws Exception {
        TransportOpener usual = server.server.opener;
        server.server.opener =
                _ ->
                        new PassingPlace(place) {
                            @Override
                            public boolean readsParts(ObjectKey key, Cancellation cancellation) {
                                return false;
                            }
                        };
        try {
            Path file = home.resolve("public_html/one.txt");
            Files.delete(file);

            RestoreResult done = server.server.restore(part("path:public_html/one.txt"));

            assertThat(done.result()).as(done.toString()).isEqualTo(1);
            assertThat(file).hasContent("one");
            assertThat(place.bytesOf(point.archive())).isEqualTo(point.sizeBytes());
        } finally {
            server.server.opener = usual;
        }
    }

    @Test
    void aMailboxCostsLittleOfTheArchive() throws Exception {
        Path box = home.resolve("mail/alice.example/info");
        var before = TreeDigest.lines(box);
        Shell.run(folder, "rm", "-r", box.toString());

        RestoreResult done = server.server.restore(part("mailbox:info@alice.example"));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(TreeDigest.lines(box)).isEqualTo(before);
        assertThat(place.bytes()).isLessThan(1 << 20);
    }

    @Test
    void aLargeFileCostsFewRequests() throws Exception {
        Files.write(home.resolve("video.bin"), new byte[] {1});

        RestoreResult done = server.server.restore(part("path:video.bin"));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(home.resolve("video.bin")).hasBinaryContent(large);
        assertThat(place.readsOf(point.archive())).isLessThan(9);
        assertThat(place.bytes()).isLessThan(LARGE_BYTES + (4L << 20));
    }

    @Test
    void theCrontabComesBackToo() throws Exception {
        Path cron = server.server.root.resolve("/var/spool/cron/alice");
        String text = Files.readString(cron);
        Files.delete(cron);

        assertThat(server.server.restore(part("crontab:")).result()).isEqualTo(1);

        assertThat(cron).hasContent(text);
        assertThat(place.bytes()).isLessThan(1 << 20);
    }

    @Test
    void aPartIsPlannedFromAfar() throws Exception {
        Files.delete(home.resolve("public_html/one.txt"));

        PlannedRestore plan = server.server.plan(part("path:public_html/one.txt"));

        assertThat(plan.modules().getFirst().creates().first())
                .containsExactly("homedir/public_html/one.txt");
        assertThat(place.bytes()).isLessThan(1 << 20);
        server.server.restore(part("path:public_html/one.txt"));
    }

    @Test
    void aBrokenLineIsTriedAgain() throws Exception {
        Files.delete(home.resolve("video.bin"));
        place.cutAfter(3 << 20, 2);

        RestoreResult done = server.server.restore(part("path:video.bin"));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(home.resolve("video.bin")).hasBinaryContent(large);
    }

    /// The queue tries the job again; until then the account is as it was.
    @Test
    void aLineThatStaysBrokenLeavesTheAccountAsItWas() throws Exception {
        Files.writeString(home.resolve("video.bin"), "of today");
        List<String> before = account();
        place.cutAfter(3 << 20, 1_000);

        assertThatThrownBy(() -> server.server.restore(part("path:video.bin")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("the line broke");

        assertThat(RestoreServer.differences(before, account())).isEmpty();
        place.reset();
        assertThat(server.server.restore(part("path:video.bin")).result()).isEqualTo(1);
        assertThat(home.resolve("video.bin")).hasBinaryContent(large);
    }

    @Test
    void anIndexThatIsNotTheNamedOneIsNotUsed() throws Exception {
        ObjectKey key = BackupDirectory.indexKey(point.archive());
        Files.copy(
                there(new ObjectKey(key.value().replace("alice", "bob"))),
                there(key),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.delete(home.resolve("public_html/one.txt"));

        RestoreResult done = server.server.restore(part("path:public_html/one.txt"));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(home.resolve("public_html/one.txt")).hasContent("one");
        assertThat(place.bytes()).isGreaterThan(LARGE_BYTES);
        assertThat(server.server.lastLog())
                .contains(key + " at the destination is not the one that the manifest names");
        repair();
    }

    @Test
    void anArchiveThatIsShorterThanItWasIsNotRead() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(archive().toFile(), "rw")) {
            file.setLength(file.length() - 1_000);
        }

        assertNothingComesBack("its manifest says " + point.sizeBytes());

        assertThat(place.readsOf(point.archive())).isZero();
        repair();
    }

    @Test
    void changedBytesDoNotComeBack() throws Exception {
        VerifyServer.damage(archive(), Files.size(archive()) / 2);

        assertNothingComesBack("what its index says: it was changed or damaged");
        repair();
    }

    /// The place has one archive's manifest beside another archive; the right one was kept.
    @Test
    void anArchiveThatIsBeingReplacedIsReadByItsOwnManifest() throws Exception {
        ObjectKey manifest = BackupDirectory.manifestKey(point.archive());
        Files.move(there(manifest), there(BackupDirectory.previousManifestKey(point.archive())));
        Files.copy(there(new ObjectKey(manifest.value().replace("alice", "bob"))), there(manifest));
        Files.delete(home.resolve("public_html/one.txt"));

        assertThat(server.server.restore(part("path:public_html/one.txt")).result()).isEqualTo(1);

        assertThat(place.bytes()).isLessThan(1 << 20);
        repair();
    }

    private static void assertNothingComesBack(String why) throws Exception {
        Files.writeString(home.resolve("video.bin"), "of today");
        List<String> before = account();

        RestoreResult done = server.server.restore(part("path:video.bin"));

        assertThat(done.result()).isZero();
        assertThat(done.message()).contains(why);
        assertThat(RestoreServer.differences(before, account())).isEmpty();
    }

    /// All of the host but what is the restore's own.
    private static List<String> account() throws IOException {
        return server.server.census().stream()
                .filter(line -> !line.startsWith("var/cpanel/packhorse"))
                .toList();
    }

    private static void repair() throws Exception {
        List<RestorePoint> points = server.server.catalog.ofAccount(new AccountName("alice"));
        server.reset(points);
        Files.deleteIfExists(there(BackupDirectory.previousManifestKey(point.archive())));
    }
}
