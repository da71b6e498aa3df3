package dev.packhorse.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.queue.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {
    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-29T08:00:00Z"));

    private Path trails() {
        return folder.resolve("audit");
    }

    private Path file() {
        return trails().resolve("audit-2026-11.jsonl");
    }

    private AuditTrail open() throws IOException {
        return AuditTrail.open(trails(), clock);
    }

    private AuditEntry entry(String function) {
        return new AuditEntry(
                clock.instant(),
                AuditEntry.Event.DONE,
                "root",
                "",
                "127.0.0.1",
                function,
                "alice",
                new TreeSet<>(List.of("user", "password")),
                "");
    }

    private AuditFiles.Checked check() throws IOException {
        return new AuditFiles(trails()).check();
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        new AuditFiles(trails()).forEach(lines::add);
        return lines;
    }

    @Test
    void whatIsAddedIsReadBackAndTheNextProcessGoesOn() throws Exception {
        open().add(entry("suspendacct"));
        clock.advance(Duration.ofDays(3));
        AuditTrail next = open();
        next.add(entry("unsuspendacct"));
        next.add(entry("removeacct"));
        assertThat(lines())
                .hasSize(3)
                .first()
                .asString()
                .startsWith(
                        "{\"number\":1,\"at\":\"2026-11-29T08:00:00Z\",\"event\":\"done\",\"user\":\"root\","
                                + "\"address\":\"127.0.0.1\",\"function\":\"suspendacct\","
                                + "\"account\":\"alice\",\"parameters\":[\"password\",\"user\"],\"before\":\"000");
        assertThat(Files.exists(trails().resolve("audit-2026-12.jsonl"))).isTrue();
        assertThat(check()).isEqualTo(new AuditFiles.Checked(3, java.util.Optional.empty()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(trails())))
                .isEqualTo("rwx------");
    }

    @Test
    void everyAlterationIsFoundWhereItIs() throws Exception {
        AuditTrail trail = open();
        for (String function : List.of("a", "b", "c", "d")) {
            trail.add(entry(function));
        }
        List<String> good = lines();
        altered(
                List.of(good.get(0), good.get(1).replace("alice", "carol"), good.get(2)),
                1,
                "line 2");
        altered(List.of(good.get(0), good.get(2), good.get(3)), 1, "line 2: it does not follow");
        altered(List.of(good.get(0), good.get(2), good.get(1)), 1, "line 2");
        altered(List.of(good.get(0), good.get(1), good.get(1)), 2, "line 3");
        altered(List.of(good.get(0), "{}", good.get(1)), 1, "not as it was written");
    }

    private void altered(List<String> lines, long before, String told) throws IOException {
        Files.write(file(), lines);
        assertThat(check().lines()).isEqualTo(before);
        assertThat(check().firstBreak())
                .hasValueSatisfying(text -> assertThat(text).contains(told));
    }

    @Test
    void aLineThatACrashCutShortIsDropped() throws Exception {
        open().add(entry("a"));
        Files.writeString(file(), "{\"number\":2,\"at\":", StandardOpenOption.APPEND);
        open().add(entry("b"));
        assertThat(lines()).hasSize(2);
        assertThat(check().firstBreak()).isEmpty();
    }

    @Test
    void anAlteredEndIsNotBuiltUpon() throws Exception {
        open().add(entry("a"));
        Files.writeString(file(), lines().getFirst().replace("alice", "carol") + "\n");
        open().add(entry("b"));
        assertThat(check().firstBreak()).isPresent();
        assertThat(lines()).hasSize(2);
    }

    @Test
    void strangersCannotFillTheDisk() throws Exception {
        AuditTrail trail = open();
        for (int i = 0; i < 1_000; i++) {
            trail.refused("192.0.2.7");
        }
        assertThat(lines()).hasSize(60);
        clock.advance(Duration.ofMinutes(1));
        trail.refused("192.0.2.7");
        assertThat(lines()).hasSize(62);
        assertThat(lines().get(60)).contains("logins_refused", "940 more were refused");
        assertThat(check().firstBreak()).isEmpty();
    }

    @Test
    void manyThreadsMakeOneChain() throws Exception {
        AuditTrail trail = open();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String function = "f" + i;
                threads.execute(() -> trail.add(entry(function)));
            }
        }
        assertThat(check()).isEqualTo(new AuditFiles.Checked(200, java.util.Optional.empty()));
    }

    @Test
    void aTrailThatCannotBeWrittenStopsNothing() throws Exception {
        AuditTrail trail = open();
        trail.add(entry("a"));
        Files.move(trails(), folder.resolve("aside"));
        trail.add(entry("lost"));
        Files.move(folder.resolve("aside"), trails());
        trail.add(entry("b"));
        assertThat(lines()).hasSize(2);
        assertThat(check().firstBreak()).isEmpty();
    }
}
