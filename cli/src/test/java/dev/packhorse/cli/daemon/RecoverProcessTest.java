package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.archive.ArchiveTotals;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.job.BackupDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `packhorse recover` leaves out, as whoever calls it learns it.
class RecoverProcessTest {
    private static final int WARNINGS = 3;

    @TempDir private Path work;

    @Test
    void whatIsLeftOutMakesTheExitCodeThatOfWarnings() throws Exception {
        DemoServer.write(work.resolve("server"), 1);
        store("2026-11-01", "bob");
        for (String date : List.of("2026-11-08", "2026-11-09", "2026-11-10")) {
            store(date, "alice");
            store(date, "bob");
        }
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            daemon.call(
                    "backup_destination_add",
                    new Parameters().add("name", "far").add("type", "Local").add("path", "/far"));
            EndedCommand whole = EndedCommand.run(work, "recover", "far");
            assertThat(whole.code()).as(whole.out() + whole.err()).isZero();

            store("2026-11-01", "ghost");
            EndedCommand leaving = EndedCommand.run(work, "recover", "far");
            assertThat(leaving.out())
                    .contains("bob is on this server and stays as it is")
                    .contains("ghost is left out: its newest backup is of 2026-11-01")
                    .contains("2026-11-08, 2026-11-09, 2026-11-10 left it out");
            assertThat(leaving.code()).as(leaving.err()).isEqualTo(WARNINGS);

            assertThat(EndedCommand.run(work, "recover", "far", "--all", "--plan").code()).isZero();
            assertThat(daemon.stop()).isZero();
        }
    }

    /// What looks like an archive of an account, with a manifest that fits it.
    private void store(String date, String account) throws IOException {
        AccountName name = new AccountName(account);
        ObjectKey key =
                BackupDirectory.archiveKey(Tier.DAILY, LocalDate.parse(date), name, ".tar.gz");
        byte[] archive = new byte[10];
        Manifest manifest =
                new Manifest(
                        Manifest.FORMAT,
                        name,
                        Instant.parse(date + "T03:00:00Z"),
                        "node1",
                        new Manifest.ArchiveFile(key.name(), archive.length, "0".repeat(64)),
                        List.of(),
                        ArchiveTotals.NONE,
                        new TreeMap<>());
        write(key, archive);
        write(
                BackupDirectory.manifestKey(key),
                ManifestJson.write(
                        new ManifestMac(new byte[ManifestMac.KEY_BYTES]).seal(manifest)));
    }

    private void write(ObjectKey key, byte[] content) throws IOException {
        Path file = work.resolve("server/far").resolve(key.value());
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
