package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TransportException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An archive that this server made and sealed, put where another one was stored: it takes no
/// account back in time. Needs root, for files of other users.
class EarlierArchiveTest {
    private static final String REFUSED = "is not what was stored there";

    @TempDir static Path folder;

    private static VerifyServer server;
    private static RestorePoint point;
    private static Map<ObjectKey, byte[]> earlier;
    private static Map<ObjectKey, byte[]> stored;

    @BeforeAll
    static void backUpTwice() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new VerifyServer(folder);
        byte[] noise = new byte[2 << 20];
        new Random(7).nextBytes(noise);
        homeFile("noise.bin", noise);
        earlier = objects(server.backUp("bob"));
        for (ObjectKey key : earlier.keySet()) {
            Files.delete(there(key));
        }
        homeFile("later.txt", "of the later archive\n".getBytes(StandardCharsets.UTF_8));
        point = server.backUp("bob");
        stored = objects(point);
    }

    private static void homeFile(String name, byte[] content) throws IOException {
        Path file = Files.write(server.server.root.resolve("/home/bob/" + name), content);
        int uid =
                server.server.services.accounts().find(new AccountName("bob")).orElseThrow().uid();
        Files.setAttribute(file, "unix:uid", uid);
        Files.setAttribute(file, "unix:gid", uid);
    }

    private static Map<ObjectKey, byte[]> objects(RestorePoint of) throws IOException {
        Map<ObjectKey, byte[]> objects = new LinkedHashMap<>();
        for (ObjectKey key : PruneServer.objects(of)) {
            objects.put(key, Files.readAllBytes(there(key)));
        }
        return objects;
    }

    private static byte[] of(Map<ObjectKey, byte[]> objects, ObjectKey key) {
        return Objects.requireNonNull(objects.get(key));
    }

    private static Path there(ObjectKey key) {
        return folder.resolve("far").resolve(key.value());
    }

    private static Path here(ObjectKey key) throws IOException {
        return server.server.backups.directory().place(key);
    }

    private static ObjectKey manifest() {
        return BackupDirectory.manifestKey(point.archive());
    }

    @BeforeEach
    void asStored() throws Exception {
        putThere(stored);
        putHere(stored);
        Files.deleteIfExists(server.server.root.resolve("/backup.conf"));
        server.server.opener = _ -> server.place;
        // A finding stays with a point.
        server.server.catalog.markDeleting(farPoint());
        server.server.catalog.drop(farPoint());
        server.server.catalog.adopt(List.of(point, farPoint()));
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static void putThere(Map<ObjectKey, byte[]> objects) throws IOException {
        for (Map.Entry<ObjectKey, byte[]> each : objects.entrySet()) {
            Files.write(there(each.getKey()), each.getValue());
        }
    }

    private static void putHere(Map<ObjectKey, byte[]> objects) throws IOException {
        for (Map.Entry<ObjectKey, byte[]> each : objects.entrySet()) {
            Files.delete(here(each.getKey()));
            Files.write(here(each.getKey()), each.getValue());
        }
    }

    /// The same point at the destination.
    private static RestorePoint farPoint() {
        return far(point);
    }

    private static RestorePoint far(RestorePoint of) {
        return new RestorePoint(
                of.account(),
                server.far,
                of.tier(),
                of.date(),
                of.archive(),
                of.sizeBytes(),
                of.sha256(),
                of.packedAt(),
                of.node());
    }

    /// A manifest sealed by this server, of the archive of that content.
    private static byte[] sealed(byte[] archive, Instant created) throws IOException {
        Manifest own = ManifestJson.read(of(stored, manifest())).manifest();
        return ManifestJson.write(
                server.server
                        .plant
                        .mac()
                        .seal(
                                new Manifest(
                                        own.format(),
                                        own.account(),
                                        created,
                                        own.node(),
                                        new Manifest.ArchiveFile(
                                                own.archive().name(),
                                                archive.length,
                                                Sha256.of(new ByteArrayInputStream(archive))),
                                        own.beside(),
                                        own.totals(),
                                        own.components(),
                                        own.label())));
    }

    private static RestoreArguments whole(DestinationId from) {
        return RestoreServer.wholeFrom("bob", from);
    }

    private static RestoreArguments part(DestinationId from) {
        return whole(from)
                .within(new RestoreScope(false, Map.of(), List.of("path:later.txt"), "", false));
    }

    private static List<String> home() throws IOException {
        return server.server.census().stream()
                .filter(line -> line.startsWith("home/bob/"))
                .toList();
    }

    private static void assertRefused(DestinationId from) throws Exception {
        List<String> before = home();
        for (RestoreArguments each :
                List.of(
                        whole(from),
                        part(from),
                        whole(from).within(whole(from).scope().planned()))) {
            JobOutcome outcome = server.server.run(each);
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            JobOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).contains(REFUSED));
            assertThat(server.server.lastLog()).doesNotContain("Checking the archive");
        }
        assertThat(home()).isEqualTo(before);
    }

    @Test
    void aDestinationGivesAnEarlierArchiveForALater() throws Exception {
        putThere(earlier);
        assertRefused(server.far);
    }

    @Test
    void soItDoesWithOneOfTheSameLength() throws Exception {
        byte[] other = of(stored, point.archive()).clone();
        other[other.length / 2] ^= 1;
        Files.write(there(point.archive()), other);
        Files.write(there(manifest()), sealed(other, RestoreServer.NOW));
        assertRefused(server.far);
        Files.delete(there(manifest()));
        assertRefused(server.far);
    }

    /// A few bytes that unpack to a full disk, beside the right manifest.
    @Test
    void bytesThatNothingProvesAreNotUnpacked() throws Exception {
        byte[] archive = of(stored, point.archive());
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[64 << 20]);
        }
        Files.write(there(point.archive()), Arrays.copyOf(bomb.toByteArray(), archive.length));
        List<String> before = home();

        RestoreResult done = server.server.restore(whole(server.far));

        assertThat(done.result()).isZero();
        assertThat(done.message()).contains(REFUSED, "another digest");
        assertThat(server.server.lastLog()).doesNotContain("Checking the archive");
        assertThat(home()).isEqualTo(before);
    }

    @Test
    void theArchiveItselfWithoutItsManifestComesBackRestricted() throws Exception {
        Files.write(there(manifest()), of(earlier, manifest()));

        RestoreResult done = server.server.restore(whole(server.far));

        assertThat(done.result()).as(done.toString()).isNotZero();
        assertThat(server.server.lastLog()).contains("of unknown origin: restricted restore");
    }

    @Test
    void aTreeWithoutAManifestMustBeTheOneThatWasStoredToo() throws Exception {
        server.server.backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
        server.server.backUp("carol");
        RestorePoint here = server.server.catalog.ofAccount(new AccountName("carol")).getFirst();
        server.server.catalog.adopt(List.of(far(here)));
        Path tree = Files.createDirectory(folder.resolve("carol's tree"));
        Shell.run(folder, "cp", "-a", here(here.archive()) + "/.", tree.toString());
        server.server.opener = _ -> new TreePlace(tree);

        RestoreResult done = server.server.restore(RestoreServer.wholeFrom("carol", server.far));

        assertThat(done.result()).as(done.toString()).isNotZero();
        assertThat(server.server.lastLog()).contains("of unknown origin: restricted restore");
        Files.writeString(tree.resolve("homedir/public_html/index.html"), "of another day");
        assertThat(server.server.run(RestoreServer.wholeFrom("carol", server.far)))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains(REFUSED));
        assertThat(server.server.lastLog()).doesNotContain("Checking the archive");
    }

    /// The second place, with one tree.
    private static final class TreePlace extends PassingPlace {
        private final Path tree;

        TreePlace(Path tree) {
            super(server.place);
            this.tree = tree;
        }

        @Override
        public void readTree(ObjectKey key, Path into, long mostBytes, Cancellation cancellation)
                throws TransportException {
            try {
                Shell.run(into, "cp", "-a", tree + "/.", ".");
            } catch (IOException e) {
                throw new TransportException(TransportException.Kind.REFUSED, "read " + key, e);
            }
        }
    }

    @Test
    void theBackupDirectoryGivesNoEarlierOneEither() throws Exception {
        putHere(earlier);
        Files.write(
                here(manifest()),
                sealed(
                        of(earlier, point.archive()),
                        RestoreServer.NOW.minus(Duration.ofSeconds(1))));
        assertRefused(DestinationId.LOCAL);
    }

    /// The daemon died between the archive's name and the catalog's row.
    @Test
    void aLaterOneInTheBackupDirectoryCounts() throws Exception {
        putHere(earlier);
        Files.write(
                here(manifest()),
                sealed(of(earlier, point.archive()), RestoreServer.NOW.plusSeconds(1)));

        RestoreResult done = server.server.restore(whole(DestinationId.LOCAL));

        assertThat(done.result()).as(done.toString()).isNotZero();
        assertThat(server.server.lastLog()).contains("made by this server");
        homeFile("later.txt", "of the later archive\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aVerificationNamesWhatIsInItsPlace() throws Exception {
        putThere(earlier);
        Files.write(
                there(manifest()),
                sealed(
                        of(earlier, point.archive()),
                        RestoreServer.NOW.minus(Duration.ofDays(300))));

        server.verify(VerifyServer.all(server.far));

        var proof = server.copy(farPoint()).proof().orElseThrow();
        assertThat(proof.verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(proof.finding()).contains("an older archive of this server");
    }

    /// Damage is located by the index of the place, which nothing proves.
    @Test
    void ofAnEndlessIndexNoMoreIsFetchedThanTheManifestSays() throws Exception {
        VerifyServer.damage(there(point.archive()), 3_000);
        ObjectKey index = BackupDirectory.indexKey(point.archive());
        try (OutputStream more = Files.newOutputStream(there(index), StandardOpenOption.APPEND)) {
            more.write(new byte[8 << 20]);
        }
        try (RemoteCopies copies =
                new RemoteCopies(
                        server.place,
                        Files.createTempDirectory(folder, "index"),
                        server.server.plant.staging())) {
            var found = copies.index(farPoint(), Cancellation.never()).orElseThrow();
            assertThat(found.size()).isEqualTo(of(stored, index).length);
        }
    }
}
