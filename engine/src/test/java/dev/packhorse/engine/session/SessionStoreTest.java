package dev.packhorse.engine.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SessionStoreTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-03-23T15:43:28Z");

    @TempDir Path state;
    private SessionStore store;

    @BeforeEach
    void store() {
        store =
                new SessionStore(
                        state.resolve("sessions"),
                        InstantSource.fixed(NOW),
                        ZoneId.of("America/Chicago"));
    }

    private static List<JsonNode> lines(String text) {
        return text.lines().map(MAPPER::readTree).toList();
    }

    @Test
    void idsTellAccountLocalTimeAndAreNeverGivenTwice() throws IOException {
        Session packing = store.createPkgacct("demo");
        Session restore = store.createTransfer("userbackup", "demo");

        assertThat(packing.id().value()).matches("demo20260323104328[A-Za-z0-9]{14}");
        assertThat(restore.id().value()).matches("userbackup20260323104328[A-Za-z0-9]{4}");
        assertThat(store.createTransfer("userbackup", "demo").id()).isNotEqualTo(restore.id());
        assertThat(store.find(SessionKind.PKGACCT, packing.id())).contains(packing);
        assertThat(store.find(SessionKind.TRANSFER, packing.id())).isEmpty();
    }

    @Test
    void theLongestAccountNameStillMakesAnId() throws IOException {
        assertThat(store.createPkgacct("a".repeat(32)).id().value()).hasSize(60);
    }

    @Test
    void foldersAndFilesAreForRootAlone() throws IOException {
        SessionId id = store.createPkgacct("demo").id();
        store.openPkgacctLog(id).close();
        Path folder = state.resolve("sessions/pkgacct").resolve(id.value());

        for (Path each :
                List.of(state.resolve("sessions"), state.resolve("sessions/pkgacct"), folder)) {
            assertThat(mode(each)).as("%s", each).isEqualTo("rwx------");
        }
        assertThat(mode(folder.resolve("master.log"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("session.json"))).isEqualTo("rw-------");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theJobIsNoted() throws IOException {
        Session session = store.createPkgacct("demo");
        JobId job = JobId.random();
        store.bind(session, job);
        assertThat(store.find(SessionKind.PKGACCT, session.id()).orElseThrow().job()).contains(job);
    }

    @Test
    void linesHaveTheFormThatClientsReadAndAreSeenAtOnce() throws IOException {
        SessionId id = store.createPkgacct("demo").id();
        try (FileSessionLog log = store.openPkgacctLog(id)) {
            log.line("pkgacct started.");
            log.begin("Copying Dns Zones...");
            log.indented().line("one.example");
            log.done("Done");
            log.warn("a file vanished");

            List<JsonNode> lines = lines(end(id).text());
            assertThat(lines).hasSize(5);
            assertThat(lines.get(0).path("contents").asString()).isEqualTo("pkgacct started.\n");
            assertThat(lines.get(0).path("timestamp").asString())
                    .isEqualTo("2026-03-23 10:43:28 -0500");
            assertThat(lines.get(0).path("type").asString()).isEqualTo("out");
            assertThat(lines.get(0).path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
            assertThat(lines.get(1).path("partial").asInt()).isEqualTo(1);
            assertThat(lines.get(1).path("contents").asString()).isEqualTo("Copying Dns Zones...");
            assertThat(lines.get(2).path("indent").asInt()).isEqualTo(1);
            assertThat(lines.get(3).path("partial").asInt()).isZero();
            assertThat(
                            store.readEnd(SessionKind.PKGACCT, id, "master.error_log")
                                    .orElseThrow()
                                    .text())
                    .contains("a file vanished")
                    .hasLineCount(1);
        }
    }

    private LogPage end(SessionId id) throws IOException {
        return store.readEnd(SessionKind.PKGACCT, id, SessionStore.MASTER_LOG).orElseThrow();
    }

    @Test
    void whatCustomersNameCannotActOnTerminalsOrBrowsers() throws IOException {
        SessionId id = store.createPkgacct("demo").id();
        try (FileSessionLog log = store.openPkgacctLog(id)) {
            log.line("file \u001b[31mred\u202e\r\nfake line<html><script>\u0000 \uD800 end");
        }
        String raw = end(id).text();
        assertThat(raw).hasLineCount(1).doesNotContain("<html>", "\u001b", "\u202e", "\r");
        assertThat(lines(raw).getFirst().path("contents").asString())
                .isEqualTo(
                        "file \\u001b[31mred\\u202e\\u000d\\u000afake line<html><script>\\u0000 \\ud800"
                                + " end\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/shadow",
                "master.log\u0000.txt",
                "master.log/../../x",
                "session.json",
                "..",
                ".",
                "",
                "planted",
                "item-link",
                "MASTER.LOG"
            })
    void onlyNamesFromTheSessionsOwnListAreRead(String name) throws IOException {
        Session session = store.createTransfer("userbackup", "demo");
        store.openTransferLog(session.id(), TransferItem.of("demo")).close();
        Path folder = state.resolve("sessions/transfer").resolve(session.id().value());
        Path secret = Files.writeString(state.resolve("secret"), "hush\n");
        Files.createSymbolicLink(folder.resolve("item-link"), secret);
        Files.writeString(folder.resolve("planted"), "x\n");

        assertThat(store.logs(SessionKind.TRANSFER, session.id()))
                .containsExactly(
                        "item-RESTORE_AccountLocal_demo", "master.error_log", "master.log");
        assertThat(store.read(SessionKind.TRANSFER, session.id(), name, 0)).isEmpty();
        assertThat(store.readEnd(SessionKind.TRANSFER, session.id(), name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "%2e%2e%2f", "/etc", "a/b", "a b", "a\u0000"})
    void idsOutsideTheGrammarAreRefused(String text) {
        assertThat(SessionId.isValid(text)).isFalse();
        assertThatThrownBy(() -> new SessionId(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(SessionId.isValid("a".repeat(64))).isTrue();
        assertThat(SessionId.isValid("a".repeat(300))).isFalse();
    }

    @Test
    void aLongLogIsReadInPagesOfWholeLinesOrFromItsEnd() throws IOException {
        SessionId id = store.createPkgacct("demo").id();
        try (FileSessionLog log = store.openPkgacctLog(id)) {
            for (int i = 0; i < 9_000; i++) {
                log.line("line " + i + " " + "é".repeat(100));
            }
        }
        StringBuilder all = new StringBuilder();
        long offset = 0;
        int pages = 0;
        LogPage page;
        do {
            page = store.read(SessionKind.PKGACCT, id, "master.log", offset).orElseThrow();
            assertThat(page.text().getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(LogReader.MAX_BYTES);
            all.append(page.text());
            offset = page.nextOffset();
            pages++;
        } while (!page.isLast());
        assertThat(pages).isGreaterThan(2);
        assertThat(lines(all.toString())).hasSize(9_000);

        LogPage end = end(id);
        assertThat(end.offset()).isPositive();
        assertThat(all.toString()).endsWith(end.text());
        assertThat(lines(end.text()).getLast().path("contents").asString())
                .startsWith("line 8999 ");
        assertThat(store.read(SessionKind.PKGACCT, id, "master.log", Long.MAX_VALUE).orElseThrow())
                .satisfies(past -> assertThat(past.text()).isEmpty())
                .matches(LogPage::isLast);
    }

    @Test
    void halfALineIsNotHandedOut() throws IOException {
        SessionId id = store.createPkgacct("demo").id();
        Path file = state.resolve("sessions/pkgacct").resolve(id.value()).resolve("master.log");
        Files.writeString(file, "{\"a\":1}\n{\"b\":");
        LogPage page = store.read(SessionKind.PKGACCT, id, "master.log", 0).orElseThrow();
        assertThat(page.text()).isEqualTo("{\"a\":1}\n");
        assertThat(page.nextOffset()).isEqualTo(8);
    }

    @Test
    void twoWritersOfOneSessionNeverMixTheirLines() throws Exception {
        SessionId id = store.createPkgacct("demo").id();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                FileSessionLog first = store.openPkgacctLog(id);
                FileSessionLog second = store.openPkgacctLog(id)) {
            List<Future<?>> running = new ArrayList<>();
            for (FileSessionLog log : List.of(first, second, first, second)) {
                running.add(
                        threads.submit(() -> {
                            for (int i = 0; i < 500; i++) {
                                log.line("x".repeat(i));
                            }
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        assertThat(lines(end(id).text())).hasSize(2_000);
    }

    @Test
    void aTransferLogHasItsControlLinesInOrder() throws IOException {
        Session session = store.createTransfer("userbackup", "demo");
        try (TransferSessionLog log =
                store.openTransferLog(session.id(), TransferItem.of("demo"))) {
            log.started();
            log.itemStarted(4_096);
            log.text().line("Restoring home");
            log.itemEnded(
                    new TransferOutcome(
                            false, "done", List.of(), List.of(), List.of("a\u0007b"), List.of()),
                    4_096);
            log.complete();
        }
        List<JsonNode> lines =
                lines(
                        store.readEnd(SessionKind.TRANSFER, session.id(), "master.log")
                                .orElseThrow()
                                .text());
        assertThat(lines.stream().map(line -> line.path("contents").path("action").asString()))
                .containsExactly(
                        "start",
                        "initiator",
                        "version",
                        "queue_count",
                        "queue_size",
                        "queue_count",
                        "queue_size",
                        "start",
                        "process-item",
                        "start-item",
                        "warning-item",
                        "complete",
                        "complete");
        JsonNode ended = lines.get(10).path("contents");
        assertThat(ended.path("logfile").asString()).isEqualTo("item-RESTORE_AccountLocal_demo");
        assertThat(ended.path("msg").path("skipped_items").asInt()).isEqualTo(1);
        assertThat(ended.path("msg").path("contents").path("skipped_items").get(0).asString())
                .isEqualTo("a\\u0007b");
        assertThat(ended.path("msg").path("contents").path("warnings").isNull()).isTrue();
        assertThat(lines.getFirst().path("contents").path("time").asLong())
                .isEqualTo(NOW.getEpochSecond());
        assertThat(
                        store.readEnd(
                                        SessionKind.TRANSFER,
                                        session.id(),
                                        "item-RESTORE_AccountLocal_demo")
                                .orElseThrow()
                                .text())
                .contains("Restoring home");
    }

    @Test
    void aReportOfManyItemsStaysOneReadableLine() throws IOException {
        Session session = store.createTransfer("userbackup", "demo");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            many.add("é".repeat(2_000));
        }
        try (TransferSessionLog log =
                store.openTransferLog(session.id(), TransferItem.of("demo"))) {
            log.itemEnded(new TransferOutcome(false, "done", many, many, many, many), 1);
        }
        LogPage page =
                store.read(SessionKind.TRANSFER, session.id(), "master.log", 0).orElseThrow();
        assertThat(
                        lines(page.text())
                                .getFirst()
                                .path("contents")
                                .path("msg")
                                .path("warnings")
                                .asInt())
                .isEqualTo(20_000);
    }

    @Test
    void anOpenLogOutlivesItsUnwritableFolder() throws IOException {
        SessionId id = store.createPkgacct("demo").id();
        FileSessionLog log = store.openPkgacctLog(id);
        log.close();
        log.line("after the end");
        assertThat(end(id).text()).isEmpty();
    }

    /// The note is written without waiting for the disk: what a power cut left of it must leave the
    /// session as it is.
    @Test
    void aDamagedNoteOfTheEndDamagesNoSession() throws IOException {
        Session session = store.createTransfer("userbackup", "demo");
        Path folder = store.path(SessionKind.TRANSFER, session.id());
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(folder.resolve("session.json"), longAgo);
        store.noteEnd(session, "PARTIAL");
        store.noteEnd(session, "FAILED");
        assertThat(store.find(SessionKind.TRANSFER, session.id()).orElseThrow().end())
                .isEqualTo("FAILED");
        assertThat(Files.getLastModifiedTime(folder.resolve("session.json"))).isEqualTo(longAgo);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
        Files.write(folder.resolve("worst-end"), new byte[0]);
        assertThat(store.find(SessionKind.TRANSFER, session.id())).contains(session);
        store.remove(SessionKind.TRANSFER, session.id());
        assertThat(folder).doesNotExist();
    }

    @Test
    void sweepingRemovesOldSessionsAndKeepsWhatIsAskedFor() throws IOException {
        SessionId old = store.createPkgacct("old").id();
        SessionId kept = store.createPkgacct("kept").id();
        store.openPkgacctLog(old).close();
        Instant future = Instant.parse("2200-01-01T00:00:00Z");

        assertThat(store.sweep(SessionKind.PKGACCT, Instant.EPOCH, _ -> false)).isZero();
        assertThat(store.sweep(SessionKind.PKGACCT, future, kept::equals)).isEqualTo(1);
        assertThat(store.find(SessionKind.PKGACCT, old)).isEmpty();
        assertThat(store.find(SessionKind.PKGACCT, kept)).isPresent();
    }
}
