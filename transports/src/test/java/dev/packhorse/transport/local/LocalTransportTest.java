package dev.packhorse.transport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.contract.TurningContent;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTransportTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @TempDir private Path folder;

    @Override
    protected Transport open() throws IOException {
        return new LocalTransport(folder);
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return LeftFiles.in(folder);
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> new LocalTransport(folder.resolve("gone")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("gone: no such folder");
    }

    @Test
    void aLinkIsNoObject() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s");
        Files.createSymbolicLink(folder.resolve("link"), secret);
        try (Transport transport = open()) {
            assertThat(transport.stat(new ObjectKey("link"))).isEmpty();
            assertThatThrownBy(() ->
                            transport.read(
                                    new ObjectKey("link"),
                                    ByteRange.ALL,
                                    InputStream::readAllBytes,
                                    Cancellation.never()))
                    .isInstanceOf(TransportException.class);
        }
    }

    /// A place on this disk is fast enough that somebody removes folders between any two steps.
    @Test
    void foldersThatAreRemovedAtOnceAreMadeAgain() throws Exception {
        Transport place = open();
        ObjectKey object = new ObjectKey("d/e/x");
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger removed = new AtomicInteger();
        Thread sweeper =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                for (String folder : List.of("d/e", "d")) {
                                    removed.addAndGet(isRemoved(place, folder) ? 1 : 0);
                                }
                                LockSupport.parkNanos(1_000_000);
                            }
                        });
        try {
            for (int i = 0; i < 100 || (removed.get() < 5 && i < 5_000); i++) {
                place.put(
                        object,
                        BytesContent.of(new byte[] {(byte) i}),
                        PutMode.REPLACE,
                        Cancellation.never());
                assertThat(place.stat(object)).isPresent();
                place.delete(object);
            }
        } finally {
            done.set(true);
            sweeper.join();
        }
        assertThat(removed).as("folders removed meanwhile").hasPositiveValue();
    }

    private static boolean isRemoved(Transport place, String folder) {
        try {
            return place.removeEmptyFolder(new ObjectKey(folder));
        } catch (TransportException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The state of the moment in which a process dies.
    @Test
    void whatAKilledPutLeftIsTakenBackOrRemovedByTheNext() throws IOException {
        LocalTransport transport = new LocalTransport(folder);
        MemoryJournal journal = new MemoryJournal();
        List<UploadState> recorded = new ArrayList<>();
        byte[] bytes = new byte[1_000];
        ObjectKey key = new ObjectKey("day/k");
        for (int i = 0; i < 2; i++) {
            TurningContent content =
                    new TurningContent(
                            bytes,
                            bytes.length / 2,
                            () -> {
                                assertThat(leftovers()).hasSize(1);
                                recorded.add(journal.recorded().orElseThrow());
                            });
            transport.put(key, content, PutMode.REPLACE, journal, Cancellation.never());
            assertThat(journal.recorded()).isEmpty();
        }
        Path first = folder.resolve(recorded.getFirst().values().get("temporary"));
        Files.createFile(first);
        transport.abandon(recorded.getFirst());
        assertThat(leftovers()).isEmpty();
        Files.createFile(first);
        journal.record(recorded.getFirst());
        transport.put(key, BytesContent.of(bytes), PutMode.REPLACE, journal, Cancellation.never());
        assertThat(leftovers()).isEmpty();
        assertThat(folder.resolve("day/k")).hasBinaryContent(bytes);
    }
}
