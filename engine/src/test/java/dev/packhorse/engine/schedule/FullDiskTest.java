package dev.packhorse.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.staging.ReserveFile;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Store, reserve and backup directory on one file system of a few MiB that is filled to the last
/// byte, by root, for whom nothing is held back.
class FullDiskTest {
    private static final int MIB = 1 << 20;
    private static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");
    private static final ByteSize RESERVE = new ByteSize(8L * MIB);

    @TempDir Path folder;
    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "packhorse-test", disk);
        assumeTrue(mounted, "needs the right to mount");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk)).isTrue();
        }
    }

    private static boolean run(Object... command) throws Exception {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor() == 0;
    }

    private long free() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    /// Writes until nothing goes any more.
    private void fill() throws IOException {
        try (OutputStream ballast = Files.newOutputStream(disk.resolve("ballast"))) {
            byte[] page = new byte[4096];
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    ballast.write(page);
                                }
                            })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
        assertThat(free()).isZero();
    }

    @Test
    void aReserveIsTakenForRealGivenUpWhenFullAndTakenAgain() throws Exception {
        ReserveFile reserve = new ReserveFile(disk, RESERVE);
        long before = free();
        reserve.look();
        assertThat(before - free()).isGreaterThanOrEqualTo(RESERVE.bytes());
        assertThat(reserve.status()).contains("are kept");
        reserve.look();
        assertThat(before - free()).as("taken once").isLessThan(2 * RESERVE.bytes());

        fill();
        reserve.look();
        assertThat(free()).isGreaterThanOrEqualTo(RESERVE.bytes());
        assertThat(reserve.status()).contains("GIVEN UP");
        reserve.look();
        assertThat(free()).as("not taken again at once").isGreaterThanOrEqualTo(RESERVE.bytes());

        Files.delete(disk.resolve("ballast"));
        reserve.look();
        assertThat(reserve.status()).contains("are kept");
        assertThat(disk.resolve("reserve.partial")).doesNotExist();
    }

    @Test
    void whatIsLeftOfAReserveThatWasBeingTakenIsRemoved() throws Exception {
        Files.write(disk.resolve("reserve.partial"), new byte[MIB]);
        new ReserveFile(disk, RESERVE).look();
        assertThat(disk.resolve("reserve.partial")).doesNotExist();
        assertThat(disk.resolve("reserve")).hasSize(RESERVE.bytes());
        new ReserveFile(disk, new ByteSize(0)).look();
        assertThat(disk.resolve("reserve")).as("switched off").doesNotExist();
    }

    @Test
    void onAFullDiskFailuresAreWrittenDownAndPruningFreesRoom() throws Exception {
        SettableClock clock = new SettableClock(NOW);
        ReserveFile reserve = new ReserveFile(disk, RESERVE);
        SimulatedServer server =
                new SimulatedServer(
                        disk, clock, Map.of(Tier.DAILY, 1, Tier.WEEKLY, 1, Tier.MONTHLY, 1));
        try {
            AccountName account = new AccountName("alice");
            server.accounts.add(account);
            List<RestorePoint> points = new ArrayList<>();
            for (String day : List.of("2026-11-22", "2026-11-23", "2026-11-24")) {
                RestorePoint point =
                        server.point(account, DestinationId.LOCAL, Tier.DAILY, SlotName.parse(day));
                Files.write(
                        disk.resolve("server/backup").resolve(point.archive().value()),
                        new byte[4 * MIB]);
                points.add(point);
            }
            server.catalog.adopt(points);
            reserve.look();
            fill();
            reserve.look();

            var job =
                    server.queue.enqueue(JobRequest.of(JobKind.NOTIFY, "alice", "root", "{}")).id();
            server.queue.requestCancel(job, "root");
            assertThat(server.queue.find(job).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
            server.confirm();
            assertThat(server.prunes()).contains("local");
            assertThat(server.catalog.ofAccount(account))
                    .extracting(point -> point.slot().toString())
                    .containsExactly("2026-11-24");
            assertThat(free()).isGreaterThan(8L * MIB);
        } finally {
            server.close();
        }
    }
}
