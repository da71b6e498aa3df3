package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationCheckTest {
    @TempDir Path folder;

    private void run(String broken) throws IOException {
        new DestinationCheck(_ -> new FolderTransport(folder, broken))
                .run(DestinationStoreTest.local("disk"), false, Cancellation.never());
    }

    private long filesLeft() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aGoodDestinationPassesAndIsLeftEmpty() throws IOException {
        run("");
        assertThat(filesLeft()).isZero();
    }

    @Test
    void aPlaceThatKeepsNoTreesFailsWhereTheyAreWanted() throws IOException {
        assertThatThrownBy(() ->
                        new DestinationCheck(_ -> new FolderTransport(folder, ""))
                                .run(
                                        DestinationStoreTest.local("disk"),
                                        true,
                                        Cancellation.never()))
                .isInstanceOf(DestinationCheckException.class)
                .hasMessageStartingWith("could not store a test tree: ")
                .hasMessageContaining("keeps no trees");
        assertThat(filesLeft()).isZero();
    }

    /// A destination that is good must not be disabled for it.
    @Test
    void whatFailsOnThisServerIsNoMatterOfThePlace() {
        AtomicInteger deleted = new AtomicInteger();
        Transport place =
                new FolderTransport(folder, "") {
                    @Override
                    public void deleteTree(ObjectKey key) {
                        deleted.incrementAndGet();
                    }
                };
        DestinationCheck check = new DestinationCheck(_ -> place, folder.resolve("no"));
        assertThatThrownBy(() ->
                        check.run(DestinationStoreTest.local("disk"), true, Cancellation.never()))
                .isInstanceOfSatisfying(
                        DestinationCheckException.class, e -> assertThat(e.isOfPlace()).isFalse())
                .hasMessageStartingWith("could not store a test tree: this server cannot make it");
        assertThat(deleted).as("nothing was sent").hasValue(0);
    }

    @Test
    void whatThePlaceRefusesIsOfThePlace() {
        assertThatThrownBy(() -> run("put"))
                .isInstanceOfSatisfying(
                        DestinationCheckException.class, e -> assertThat(e.isOfPlace()).isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "put, store a test object",
        "stat, look up the test object",
        "read, read the test object back",
        "bytes, read the test object back",
        "list, list objects",
        "listing, list objects",
        "delete, delete the test object",
        "close, close the connection"
    })
    void theStepThatFailsIsNamedAndNothingStays(String broken, String step) throws IOException {
        assertThatThrownBy(() -> run(broken))
                .isInstanceOf(DestinationCheckException.class)
                .hasMessageStartingWith("could not " + step + ": ");
        assertThat(filesLeft()).isEqualTo(broken.equals("delete") ? 1 : 0);
    }

    @Test
    void theStepsBeforeTheOneThatFailsAreNamed() {
        assertThatThrownBy(() -> run("read"))
                .hasMessageEndingWith(
                        " (what worked before: open the destination, store a test object, look up the test object)");
        DestinationCheck closed =
                new DestinationCheck(_ -> {
                    throw new TransportException(TransportException.Kind.DENIED, "open x: no");
                });
        assertThatThrownBy(() ->
                        closed.run(DestinationStoreTest.local("disk"), false, Cancellation.never()))
                .hasMessage("could not open the destination: open x: no");
    }
}
