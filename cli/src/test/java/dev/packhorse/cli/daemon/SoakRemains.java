package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What a daemon leaves when it has stopped: its store, its folders, its archives everywhere.
///
/// @param work the folder of the test
record SoakRemains(Path work) {
    /// Every row of the catalog that names a place is true there, by the archive's manifest.
    ///
    /// @return how many rows it has
    int assertArchivesAreWhole(Map<String, SoakPlace> places) throws Exception {
        int rows = 0;
        for (var place : places.entrySet()) {
            Map<String, String> digests = digests(place.getKey());
            try (Transport transport = place.getValue().open(work.resolve("server"))) {
                for (var archive : digests.entrySet()) {
                    assertWhole(transport, archive.getKey(), archive.getValue());
                }
            }
            rows += digests.size();
        }
        Path local = work.resolve("server/backup");
        Map<String, String> digests = digests("local");
        for (var archive : digests.entrySet()) {
            Path file = local.resolve(archive.getKey());
            assertThat(SlowScript.digest(file)).as("%s", file).isEqualTo(archive.getValue());
            assertThat(Files.readString(local.resolve(manifest(archive.getKey()))))
                    .contains(archive.getValue());
        }
        return rows + digests.size();
    }

    private static void assertWhole(Transport there, String archive, String digest)
            throws Exception {
        String stored =
                there.read(new ObjectKey(archive), ByteRange.ALL, Sha256::of, Cancellation.never());
        assertThat(stored).as("%s at %s", archive, there).isEqualTo(digest);
        String manifest =
                there.read(
                        new ObjectKey(manifest(archive)),
                        ByteRange.ALL,
                        in -> new String(in.readAllBytes(), StandardCharsets.UTF_8),
                        Cancellation.never());
        assertThat(manifest).as("manifest of %s", archive).contains(digest);
    }

    private static String manifest(String archive) {
        int name = archive.lastIndexOf('/') + 1;
        return archive.substring(0, name)
                + ".packhorse/"
                + archive.substring(name).replace(".tar.gz", ".manifest.json");
    }

    private Map<String, String> digests(String place) throws SQLException {
        Map<String, String> digests = new TreeMap<>();
        try (Connection store = store();
                var rows =
                        store.prepareStatement(
                                "SELECT archive, sha256 FROM restore_point WHERE destination = ?")) {
            rows.setString(1, place);
            ResultSet found = rows.executeQuery();
            while (found.next()) {
                digests.put(found.getString(1), found.getString(2));
            }
        }
        return digests;
    }

    private Connection store() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:h2:file:" + work.resolve("state/packhorse"), "packhorse", "");
    }

    /// No job is open, no event is of a job that is gone, nothing is paused.
    ///
    /// @param mostJobs that are kept
    /// @return what it counted
    String assertStoreIsTidy(int mostJobs) throws SQLException, IOException {
        try (Connection store = store()) {
            assertThat(count(store, "job WHERE state IN ('HELD', 'PENDING', 'ACTIVE')"))
                    .as("jobs that are open")
                    .isZero();
            assertThat(count(store, "job_event WHERE job_id NOT IN (SELECT id FROM job)"))
                    .as("events of jobs that are gone")
                    .isZero();
            assertThat(count(store, "paused_kind")).as("kinds that are paused").isZero();
            long jobs = count(store, "job");
            assertThat(jobs).as("jobs").isLessThanOrEqualTo(mostJobs);
            long rows = jobs;
            for (String table : new String[] {"job_event", "restore_point", "drill", "slot"}) {
                rows += count(store, table);
            }
            long bytes = Files.size(work.resolve("state/packhorse.mv.db"));
            return "%d rows in a store of %d KiB, %d of them jobs"
                    .formatted(rows, bytes >> 10, jobs);
        }
    }

    private static long count(Connection store, String what) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet counted = statement.executeQuery("SELECT COUNT(*) FROM " + what)) {
            counted.next();
            return counted.getLong(1);
        }
    }

    /// Neither half archives nor working folders of runs. The states of uploads that were cancelled
    /// stay for a day.
    void assertNothingIsUnderWay() throws IOException {
        assertThat(below("state/staging"))
                .as("left in staging")
                .allMatch(file -> file.startsWith(jobFolders()) || file.equals(ofDrivers()));
        assertThat(below("server/backup"))
                .noneMatch(file -> file.getFileName().toString().startsWith(".packhorse-partial-"));
    }

    /// Waits until a daemon that was started again has removed the folders of jobs that ended while
    /// they waited for another try. What plans have fetched stays for the restores that may follow
    /// within a day, each archive by itself and whole.
    ///
    /// @return how many of those there are
    int assertOnlyDownloadsOfPlansStay(Duration limit) throws Exception {
        DaemonUnderTest.await(
                limit, () -> folders().allMatch(each -> Files.exists(each.resolve("left"))));
        int kept = 0;
        for (Path each : folders().toList()) {
            assertThat(each.toFile().list())
                    .as("%s", each)
                    .containsExactlyInAnyOrder("left", "archive.is", "archive");
            assertThat(Files.readString(each.resolve("archive.is")))
                    .contains("\n" + SlowScript.digest(each.resolve("archive")) + "\n");
            kept++;
        }
        return kept;
    }

    /// Where drivers keep files while a call lasts; the folder itself stays.
    private Path ofDrivers() {
        return work.resolve("state/staging/transit");
    }

    private Path jobFolders() {
        return work.resolve("state/staging/jobs");
    }

    private Stream<Path> folders() {
        File[] all = jobFolders().toFile().listFiles();
        return all == null ? Stream.of() : Stream.of(all).map(File::toPath);
    }

    private java.util.List<Path> below(String folder) throws IOException {
        Path top = work.resolve(folder);
        if (!Files.isDirectory(top)) {
            return java.util.List.of();
        }
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(file -> !file.equals(top)).toList();
        }
    }
}
