package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.server.FtpFaultProxy;
import dev.packhorse.transport.server.FtpFaultProxy.UploadFault;
import dev.packhorse.transport.server.KeptJournal;
import dev.packhorse.transport.server.ServerProcess;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of an upload when the line, the server or the process fails in the middle of it.
class FtpFaultsTest extends FtpBehindProxy {
    private static void put(Transport transport, byte[] bytes, PutMode mode, UploadJournal journal)
            throws IOException {
        transport.put(KEY, BytesContent.of(bytes), mode, journal, Cancellation.never());
    }

    private static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure ->
                                assertThat(failure.kind())
                                        .as(failure.getMessage())
                                        .isEqualTo(kind));
    }

    private void cutShort(UploadJournal journal) throws IOException {
        proxy.uploads(UploadFault.CUT, 1_000_000);
        try (Transport transport = through(proxy)) {
            assertRetryable(() -> put(transport, random(SIZE, 1), PutMode.CREATE, journal));
        }
    }

    @Test
    void anUploadThatWasCutShortGoesOnWhereItStopped() throws IOException {
        KeptJournal journal = new KeptJournal();
        cutShort(journal);
        long arrived = Files.size(files().getFirst());
        assertThat(arrived).isPositive();
        try (FtpFaultProxy second = FtpFaultProxy.before(server.port());
                Transport transport = through(second)) {
            put(transport, random(SIZE, 1), PutMode.CREATE, journal);
            assertThat(second.uploadedBytes()).isEqualTo(SIZE - arrived);
        }
        assertThat(stored()).isEqualTo(random(SIZE, 1));
        assertThat(files()).hasSize(1);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void anotherContentStartsAnew() throws IOException {
        KeptJournal journal = new KeptJournal();
        cutShort(journal);
        try (Transport transport = direct()) {
            put(transport, random(SIZE, 2), PutMode.CREATE, journal);
        }
        assertThat(stored()).isEqualTo(random(SIZE, 2));
        assertThat(files()).hasSize(1);
    }

    @Test
    void whatArrivedWithADamagedEndIsSentAgain() throws IOException {
        KeptJournal journal = new KeptJournal();
        cutShort(journal);
        Path temporary = files().getFirst();
        byte[] damaged = Files.readAllBytes(temporary);
        damaged[damaged.length - 1] ^= 1;
        Files.write(temporary, damaged);
        try (FtpFaultProxy second = FtpFaultProxy.before(server.port());
                Transport transport = through(second)) {
            put(transport, random(SIZE, 1), PutMode.CREATE, journal);
            assertThat(second.uploadedBytes()).isEqualTo(SIZE);
        }
        assertThat(stored()).isEqualTo(random(SIZE, 1));
    }

    @Test
    void aServerThatLetsNoUploadGoOnGetsItWhole() throws IOException {
        useServer("AllowOverwrite on", "AllowStoreRestart off");
        KeptJournal journal = new KeptJournal();
        cutShort(journal);
        try (Transport transport = direct()) {
            put(transport, random(SIZE, 1), PutMode.CREATE, journal);
        }
        assertThat(stored()).isEqualTo(random(SIZE, 1));
    }

    /// The server refuses for good once the old object is aside, and the line breaks right then.
    @Test
    void anOldObjectThatWasSetAsideComesBackAfterALastingFailure() throws IOException {
        useServer("AllowOverwrite off", "AllowStoreRestart on");
        try (Transport transport = direct()) {
            put(transport, random(1_000, 1), PutMode.CREATE, UploadJournal.none());
        }
        AtomicInteger renames = new AtomicInteger();
        AtomicBoolean breaks = new AtomicBoolean();
        proxy.answers((command, line) -> {
            if (command.matches("RNFR .*/\\.packhorse-upload-[0-9a-f]+")
                    && renames.incrementAndGet() == 2) {
                breaks.set(true);
                return Optional.of("550 Permission denied");
            }
            return command.startsWith("MLST") && breaks.getAndSet(false)
                    ? Optional.empty()
                    : Optional.of(line);
        });
        KeptJournal journal = new KeptJournal();
        try (Transport transport = through(proxy)) {
            assertKind(
                    Kind.DENIED, () -> put(transport, random(SIZE, 2), PutMode.REPLACE, journal));
        }
        assertThat(renames).hasValue(2);
        assertThat(stored()).isEqualTo(random(1_000, 1));
        assertThat(files()).hasSize(1);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void withoutAJournalNothingIsLeft() throws IOException {
        cutShort(UploadJournal.none());
        assertThat(files()).isEmpty();
    }

    @Test
    void aLostAnswerToTheRenameIsResolvedByLooking() throws IOException {
        for (PutMode mode : PutMode.values()) {
            losesTheAnswerTo("RNTO");
            try (Transport transport = through(proxy)) {
                put(transport, random(SIZE, 3), mode, UploadJournal.none());
            }
            assertThat(stored()).isEqualTo(random(SIZE, 3));
            assertThat(files()).hasSize(1);
        }
    }

    @Test
    void aLostAnswerToTheUploadIsResolvedByReadingBack() throws IOException {
        losesTheAnswerTo("STOR");
        try (Transport transport = through(proxy)) {
            put(transport, random(SIZE, 3), PutMode.CREATE, UploadJournal.none());
        }
        assertThat(stored()).isEqualTo(random(SIZE, 3));
        assertThat(proxy.commands()).anyMatch(line -> line.startsWith("RETR"));
    }

    @Test
    void anAnswerOfFailureIsNoFailureWhenEverythingArrived() throws IOException {
        proxy.answers((command, line) ->
                Optional.of(
                        command.startsWith("STOR") && line.startsWith("226")
                                ? "451 who knows"
                                : line));
        try (Transport transport = through(proxy)) {
            put(transport, random(SIZE, 3), PutMode.CREATE, UploadJournal.none());
        }
        assertThat(stored()).isEqualTo(random(SIZE, 3));
    }

    @Test
    void anAnswerOfSuccessIsNoneWhenBytesAreMissing() throws IOException {
        proxy.uploads(UploadFault.SWALLOW, 1_000_000);
        try (Transport transport = through(proxy)) {
            assertRetryable(
                    () -> put(transport, random(SIZE, 3), PutMode.CREATE, UploadJournal.none()));
            assertThat(transport.stat(KEY)).isEmpty();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void anUploadThatDiedWhileItWasPublishedIsNotSentAgain() throws IOException {
        KeptJournal journal = new KeptJournal();
        proxy.answers((command, line) -> {
            if (command.startsWith("RNTO") && line.startsWith("250")) {
                proxy.goDown();
                return Optional.empty();
            }
            return Optional.of(line);
        });
        try (Transport transport = through(proxy)) {
            assertRetryable(() -> put(transport, random(SIZE, 4), PutMode.CREATE, journal));
        }
        assertThat(journal.recorded()).isPresent();
        try (FtpFaultProxy second = FtpFaultProxy.before(server.port());
                Transport transport = through(second)) {
            put(transport, random(SIZE, 4), PutMode.CREATE, journal);
            assertThat(second.commands()).noneMatch(line -> line.startsWith("STOR"));
        }
        assertThat(journal.recorded()).isEmpty();
        assertThat(stored()).isEqualTo(random(SIZE, 4));
    }

    @Test
    void aRefusedRenameThatHappenedAllTheSameIsSuccess() throws IOException {
        proxy.answers((command, line) ->
                Optional.of(
                        command.startsWith("RNTO") && line.startsWith("250")
                                ? "553 who knows"
                                : line));
        try (Transport transport = through(proxy)) {
            put(transport, random(20, 2), PutMode.CREATE, UploadJournal.none());
        }
        assertThat(stored()).isEqualTo(random(20, 2));
        assertThat(files()).hasSize(1);
    }

    /// On a server that cannot rename over a file.
    private void replaceBreaksAtTheSecondRename(UploadJournal journal, boolean forGood)
            throws IOException {
        useServer("AllowOverwrite off", "AllowStoreRestart on");
        try (Transport transport = direct()) {
            put(transport, random(10, 1), PutMode.REPLACE, UploadJournal.none());
        }
        proxy.answers((command, line) -> {
            if (!command.startsWith("RNTO") || !command.endsWith("-old")) {
                return Optional.of(line);
            }
            if (forGood) {
                proxy.goDown();
            }
            return Optional.empty();
        });
        try (Transport transport = through(proxy)) {
            assertRetryable(() -> put(transport, random(20, 2), PutMode.REPLACE, journal));
        }
    }

    @Test
    void anOldObjectThatWasSetAsideIsPutBackWhenTheReplaceBreaks() throws IOException {
        replaceBreaksAtTheSecondRename(UploadJournal.none(), false);
        assertThat(stored()).isEqualTo(random(10, 1));
        assertThat(files()).hasSize(1);
    }

    @Test
    void aReplaceThatDiedBetweenItsRenamesIsCompletedByTheNextTry() throws IOException {
        KeptJournal journal = new KeptJournal();
        replaceBreaksAtTheSecondRename(journal, true);
        try (Transport transport = direct()) {
            assertThat(transport.stat(KEY)).isEmpty();
            put(transport, random(20, 2), PutMode.REPLACE, journal);
        }
        assertThat(stored()).isEqualTo(random(20, 2));
        assertThat(files()).hasSize(1);
    }

    @Test
    void theAddressOfAThirdHostIsNotConnectedTo() throws IOException {
        proxy.passiveHost("203,0,113,9");
        try (Transport transport = through(proxy)) {
            put(transport, random(1000, 5), PutMode.CREATE, UploadJournal.none());
        }
        assertThat(stored()).isEqualTo(random(1000, 5));
    }

    @Test
    void aCancelledUploadToAServerThatStoppedReadingEnds() throws Exception {
        proxy.uploads(UploadFault.STALL, 500_000);
        CancellationSource cancellation = new CancellationSource();
        try (Transport transport = through(proxy)) {
            Thread canceller =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (proxy.uploadedBytes() < 500_000) {
                                    Thread.onSpinWait();
                                }
                                cancellation.request();
                            });
            assertThatThrownBy(() ->
                            transport.put(
                                    KEY,
                                    BytesContent.of(random(30_000_000, 6)),
                                    PutMode.CREATE,
                                    cancellation))
                    .isInstanceOf(CancelledException.class);
            canceller.join();
        }
        assertThat(files()).isEmpty();
    }

    /// A file system of 2 MiB; only root may mount one.
    @Test
    void aFullDiskFailsTheUploadAndNothingIsLeftOnIt() throws Exception {
        ServerProcess.requirePrograms("/usr/bin/mount", "/usr/bin/umount");
        Path disk = Files.createDirectories(server.home().resolve(folder));
        assumeTrue(
                run("/usr/bin/mount", "-t", "tmpfs", "-o", "size=2m,mode=777", "tmpfs", disk) == 0,
                "needs the right to mount");
        try (Transport transport = direct()) {
            // ProFTPD names the full disk at times, and at times only an aborted transfer.
            assertThatThrownBy(() ->
                            put(transport, random(SIZE, 8), PutMode.CREATE, UploadJournal.none()))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isIn(Kind.FULL, Kind.UNAVAILABLE));
            assertThat(files()).isEmpty();
        } finally {
            assertThat(run("/usr/bin/umount", "-l", disk)).isZero();
        }
    }

    private static int run(Object... command) throws Exception {
        List<String> words = Stream.of(command).map(String::valueOf).toList();
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }

    @Test
    void aServerThatSaysItIsFullIsFull() throws IOException {
        proxy.answers((command, line) ->
                Optional.of(
                        command.startsWith("STOR") && line.startsWith("2")
                                ? "552 quota exceeded"
                                : line));
        proxy.uploads(UploadFault.SWALLOW, 1000);
        try (Transport transport = through(proxy)) {
            assertKind(
                    Kind.FULL,
                    () -> put(transport, random(SIZE, 7), PutMode.CREATE, new KeptJournal()));
        }
        assertThat(files()).isEmpty();
    }

    /// Whether the server's own answer has one line or several.
    private void answersTo(String verb, String answer) {
        proxy.answers((command, line) -> {
            if (!command.matches("(" + verb + ")( .*)?")) {
                return Optional.of(line);
            }
            return Optional.of(
                    line.matches("[0-9]{3}-.*")
                            ? "550-"
                            : line.matches("[0-9]{3} .*") ? answer : line);
        });
    }

    private List<String> listed(Transport transport, String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list(prefix, found -> keys.add(found.key().value()), Cancellation.never());
        return keys;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550 x: Input/output error",
                "550 x: Stale file handle",
                "550 Can't check for file existence"
            })
    void aRefusalThatSpeaksNotOfAbsenceHidesNothing(String answer) throws IOException {
        try (Transport transport = through(proxy)) {
            put(transport, random(20, 1), PutMode.CREATE, UploadJournal.none());
            answersTo("MLST", answer);
            assertRetryable(() -> transport.stat(KEY));
        }
        assertThat(stored()).isEqualTo(random(20, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"550 x: Input/output error", "550 x: Stale file handle"})
    void aRemovalThatMayHaveFailedIsNotBelieved(String answer) throws IOException {
        try (Transport transport = through(proxy)) {
            put(transport, random(20, 1), PutMode.CREATE, UploadJournal.none());
            answersTo("MLST|DELE", answer);
            assertRetryable(() -> transport.delete(KEY));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "550 x: Input/output error, UNAVAILABLE",
        "550 x: No such device, UNAVAILABLE",
        "550 The system cannot find the drive specified., UNAVAILABLE",
        "550 Failed to change directory., DENIED",
        "550 Permission denied, DENIED"
    })
    void aFolderThatCannotBeEnteredIsNotLeftOut(String answer, Kind kind) throws IOException {
        try (Transport transport = through(proxy)) {
            put(transport, random(20, 1), PutMode.CREATE, UploadJournal.none());
            answersTo("CWD .*/2026", answer);
            for (String prefix : List.of("", "2026")) {
                assertKind(kind, () -> listed(transport, prefix));
                assertThatThrownBy(() -> listed(transport, prefix))
                        .hasMessageContaining(folder + "/2026");
            }
        }
    }

    /// ProFTPD shows the path with what it says about it.
    @Test
    void anAccountMayBeCalledAsAFailureIs() throws IOException {
        try (Transport transport = direct()) {
            put(transport, random(20, 1), PutMode.CREATE, UploadJournal.none());
            for (String name : List.of("stalek.tar.gz", "deniedx", "errorio", "quota")) {
                ObjectKey key = new ObjectKey("2026/" + name);
                assertThat(transport.stat(key)).isEmpty();
                transport.delete(key);
            }
        }
    }

    /// As vsftpd, which has one text for all that can be wrong.
    @Test
    void whatTheFolderAboveDoesNotHoldIsAbsentWhateverTheServerSays() throws IOException {
        ObjectKey other = new ObjectKey("2026/b.tar");
        ObjectKey deep = new ObjectKey("2027/b/c.tar");
        try (Transport transport = through(proxy)) {
            put(transport, random(20, 1), PutMode.CREATE, UploadJournal.none());
            proxy.answers((command, line) ->
                    Optional.of(
                            command.matches("(MLST|CWD|DELE) .*") && line.startsWith("550 ")
                                    ? "550 Could not do it."
                                    : line));
            assertThat(transport.stat(other)).isEmpty();
            assertThat(transport.stat(deep)).isEmpty();
            assertThat(transport.stat(KEY)).isPresent();
            transport.delete(deep);
            assertThat(listed(transport, "2027/b")).isEmpty();
            assertThat(listed(transport, KEY.value())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "226 Output truncated to 1 matches, REFUSED",
        "226 Transfer done (but failed to open directory)., DENIED"
    })
    void aListThatLacksEntriesIsNone(String answer, Kind kind) throws IOException {
        try (Transport transport = through(proxy)) {
            put(transport, random(20, 1), PutMode.CREATE, UploadJournal.none());
            proxy.answers((command, line) ->
                    Optional.of(
                            command.matches("(MLSD|LIST).*") && line.startsWith("226 ")
                                    ? answer
                                    : line));
            assertKind(kind, () -> listed(transport, ""));
        }
    }
}
