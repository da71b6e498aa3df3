package dev.packhorse.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogsTest {
    private static final Instant NOW = Instant.parse("2026-03-07T07:00:05Z");

    @TempDir Path root;
    @TempDir Path state;

    private RunLogs logs() {
        return new RunLogs(root, state, () -> NOW, ZoneId.of("America/New_York"));
    }

    private Path cpanel() throws IOException {
        Path logs = Files.createDirectories(root.resolve("usr/local/cpanel/logs"));
        for (Path each = logs;
                !each.equals(root);
                each = Objects.requireNonNull(each.getParent())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return logs;
    }

    @Test
    void linesHaveTheFormThatScriptsRead() throws Exception {
        Path folder = cpanel().resolve("cpbackup");
        long name = logs().begin();
        try (RunLog log = logs().open(name)) {
            log.line("Queuing transport of file: /backup/2026-03-07/accounts/alice.tar.gz");
            log.warn("bob\nforged: Final state is Backup::Success (0)");
            log.last("Final state is Backup::PartialFailure (0)");
        }
        assertThat(name).isEqualTo(NOW.getEpochSecond());
        Path file = folder.resolve(name + ".log");
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "[2026-03-07 02:00:05 -0500] info [backup] Queuing transport of file: /backup/2026-03-07/accounts/alice.tar.gz",
                        "[2026-03-07 02:00:05 -0500] warn [backup] bob\\u000aforged: Final state is Backup::Success (0)",
                        "[2026-03-07 02:00:05 -0500] info [backup] Final state is Backup::PartialFailure (0)");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutCpanelsFoldersTheyLieInTheStateFolder() throws Exception {
        long name = logs().begin();
        assertThat(state.resolve("logs/cpbackup/" + name + ".log")).isEmptyFile();
    }

    @Test
    void nothingIsWrittenIntoAFolderThatOthersCanChange() throws Exception {
        Path cpanel = cpanel();
        Files.setPosixFilePermissions(cpanel, PosixFilePermissions.fromString("rwxrwxrwx"));
        long name = logs().begin();
        assertThat(cpanel).isEmptyDirectory();
        assertThat(state.resolve("logs/cpbackup/" + name + ".log")).exists();
    }

    @Test
    void twoRunsOfOneSecondHaveTwoLogs() throws Exception {
        assertThat(List.of(logs().begin(), logs().begin()))
                .containsExactly(NOW.getEpochSecond(), NOW.getEpochSecond() + 1);
    }

    @Test
    void aLogThatWasCutShortGoesOnWhereItWas() throws Exception {
        long name = logs().begin();
        long size;
        try (RunLog log = logs().open(name)) {
            log.line("kept");
            size = log.size();
            log.line("half of the end");
        }
        try (RunLog log = logs().open(name)) {
            log.cutTo(size);
            log.line("the end");
        }
        assertThat(Files.readAllLines(state.resolve("logs/cpbackup/" + name + ".log")))
                .hasSize(2)
                .last()
                .asString()
                .endsWith("the end");
    }

    @Test
    void aFullLogStillSaysHowTheRunEnded() throws Exception {
        long name = logs().begin();
        String line = "x".repeat(8_000);
        try (RunLog log = logs().open(name)) {
            while (log.size() < RunLog.MAX_BYTES) {
                log.line(line);
            }
            log.line("dropped");
            log.line("dropped too");
            log.last("Final state is Backup::Success (0)");
        }
        Path file = state.resolve("logs/cpbackup/" + name + ".log");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).noneMatch(each -> each.contains("dropped"));
        assertThat(lines.get(lines.size() - 2)).endsWith("further lines are left out.");
        assertThat(lines.getLast()).endsWith("Final state is Backup::Success (0)");
    }

    @Test
    void logsOfMoreThanNinetyDaysGo() throws Exception {
        Path folder = Files.createDirectories(state.resolve("logs/cpbackup"));
        long old = NOW.getEpochSecond() - 91 * 86_400;
        long young = NOW.getEpochSecond() - 89 * 86_400;
        for (String name : List.of(old + ".log", young + ".log", "notes.log", old + ".txt")) {
            Files.writeString(folder.resolve(name), "x");
            Files.setLastModifiedTime(
                    folder.resolve(name), FileTime.from(Instant.ofEpochSecond(old)));
        }
        long name = logs().begin();
        try (var left = Files.list(folder)) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            young + ".log", "notes.log", old + ".txt", name + ".log");
        }
    }

    @Test
    void aLinkInPlaceOfALogIsNotWrittenThrough() throws Exception {
        Path folder = Files.createDirectories(state.resolve("logs/cpbackup"));
        Path victim = Files.writeString(state.resolve("victim"), "safe");
        Files.createSymbolicLink(folder.resolve("1700000000.log"), victim);
        try (RunLog log = logs().open(1_700_000_000L)) {
            log.line("not written there");
        }
        assertThat(victim).hasContent("safe");
    }

    @Test
    void aLogThatCannotBeMadeStopsNothing() throws Exception {
        Files.writeString(state.resolve("logs"), "in the way");
        assertThat(logs().begin()).isZero();
        try (RunLog log = logs().open(0)) {
            log.line("goes to the program's log");
            log.cutTo(log.size());
            log.last("Final state is Backup::Success (0)");
        }
        assertThat(state.resolve("logs")).hasContent("in the way");
    }
}
