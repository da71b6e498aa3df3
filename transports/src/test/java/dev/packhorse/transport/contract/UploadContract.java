package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every transport promises of uploads that are cut short, taken up again, or fed by sources
/// that change or die.
abstract class UploadContract extends OpenedPlace {
    private static final int LARGE = 6 << 20;

    /// Stops an upload after a part of its content, as a daemon that is told to stop does.
    private void stopInTheMiddle(String key, byte[] bytes, PutMode mode, UploadJournal journal) {
        CancellationSource stop = new CancellationSource();
        Content content = new TurningContent(bytes, bytes.length * 9 / 10, stop::request);
        assertThatThrownBy(() -> transport().put(key(key), content, mode, journal, stop))
                .isInstanceOf(CancelledException.class);
    }

    /// What comes after such a stop, as the engine does it.
    private void goOn(String key, byte[] bytes, UploadJournal journal) throws Exception {
        goOn(key, BytesContent.of(bytes), PutMode.REPLACE, journal);
    }

    private void goOn(String key, Content content, PutMode mode, UploadJournal journal)
            throws Exception {
        patiently(() -> transport().put(key(key), content, mode, journal, Cancellation.never()));
    }

    private void takeBack(UploadState left) throws Exception {
        patiently(() -> {
            transport().abandon(left);
            return true;
        });
    }

    private void assertOnly(String key, byte[] bytes) throws IOException {
        assertThat(list("")).containsExactly(key);
        assertThat(read(key, ByteRange.ALL)).isEqualTo(bytes);
    }

    @Test
    void anUploadThatWasStoppedIsInvisibleAndGoesOn() throws Exception {
        byte[] bytes = random(LARGE, 1);
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("day/k", bytes, PutMode.CREATE, journal);
        assertThat(list("")).isEmpty();
        assertThat(transport().stat(key("day/k"))).isEmpty();
        goOn("day/k", BytesContent.of(bytes), PutMode.CREATE, journal);
        assertOnly("day/k", bytes);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void anUploadIsNotTakenUpOverWhatAnotherPublished() throws Exception {
        byte[] bytes = random(LARGE, 1);
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("k", bytes, PutMode.CREATE, journal);
        goOn("k", random(1_000, 2), UploadJournal.none());
        assertKind(
                Kind.EXISTS,
                () ->
                        transport()
                                .put(
                                        key("k"),
                                        BytesContent.of(bytes),
                                        PutMode.CREATE,
                                        journal,
                                        Cancellation.never()));
        if (takesBackUploadsAlone()) {
            assertOnly("k", random(1_000, 2));
        }
        assertThat(journal.recorded()).as("the journal of a lasting failure").isEmpty();
    }

    @Test
    void anotherContentIsNotMixedWithWhatArrivedBefore() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("k", random(LARGE, 1), PutMode.REPLACE, journal);
        byte[] other = random(LARGE, 2);
        goOn("k", other, journal);
        assertOnly("k", other);
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aStoppedReplaceKeepsTheOldObjectUntilItGoesOn() throws Exception {
        byte[] bytes = random(LARGE, 1);
        put("k", random(1_000, 2));
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("k", bytes, PutMode.REPLACE, journal);
        assertOnly("k", random(1_000, 2));
        goOn("k", bytes, journal);
        assertOnly("k", bytes);
    }

    @Test
    void whatAStoppedUploadLeftCanBeTakenBack() throws Exception {
        byte[] bytes = random(LARGE, 1);
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("k", bytes, PutMode.CREATE, journal);
        if (journal.recorded().isPresent()) {
            takeBack(journal.recorded().get());
            takeBack(journal.recorded().get());
            journal.clear();
        }
        assertThat(list("")).isEmpty();
        assertThat(leftovers()).as("what is left at the place").isEmpty();
        goOn("k", bytes, journal);
        assertOnly("k", bytes);
    }

    @Test
    void takingBackHarmsNoFinishedUploadAndNoOther() throws Exception {
        byte[] bytes = random(LARGE, 1);
        byte[] other = random(LARGE, 2);
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("k", bytes, PutMode.CREATE, journal);
        Optional<UploadState> left = journal.recorded();
        if (left.isEmpty() || !takesBackUploadsAlone()) {
            return;
        }
        MemoryJournal otherJournal = new MemoryJournal();
        stopInTheMiddle("k", other, PutMode.REPLACE, otherJournal);
        goOn("k", bytes, journal);
        takeBack(left.get());
        assertOnly("k", bytes);
        goOn("k", other, otherJournal);
        takeBack(left.get());
        assertOnly("k", other);
        assertThat(leftovers()).isEmpty();
    }

    /// The one that goes on may have to begin anew, but what it stores is right.
    @Test
    void takingBackWhatSomebodyGoesOnWithStoresNothingWrong() throws Exception {
        byte[] bytes = random(LARGE, 1);
        MemoryJournal journal = new MemoryJournal();
        stopInTheMiddle("k", bytes, PutMode.CREATE, journal);
        Optional<UploadState> left = journal.recorded();
        if (left.isEmpty() || !takesBackUploadsAlone()) {
            return;
        }
        Assumptions.assumeTrue(transport().traits().maxConnections() > 1, "one call at a time");
        AtomicBoolean once = new AtomicBoolean(true);
        Content content =
                new TurningContent(
                        bytes,
                        bytes.length * 95 / 100,
                        () -> {
                            if (once.getAndSet(false)) {
                                takeBackIfAllowed(left.get());
                            }
                        });
        patiently(() -> {
            put("k", content, journal);
            return true;
        });
        assertOnly("k", bytes);
        assertThat(journal.recorded()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    /// Servers may hold on to what is being written.
    private void takeBackIfAllowed(UploadState left) {
        try {
            transport().abandon(left);
        } catch (TransportException e) {
            assertThat(e).hasMessageContaining("abandon");
        }
    }

    @Test
    void aJournalThatMakesNoSenseIsLeftAside() throws IOException {
        MemoryJournal journal = new MemoryJournal();
        journal.record(new UploadState(new TreeMap<>(Map.of("offset", "-1", "id", "../../x"))));
        put("k", BytesContent.of(random(1_000, 1)), journal);
        assertOnly("k", random(1_000, 1));
        if (transport().traits().resumption() != Resumption.NONE) {
            assertThat(journal.recorded()).isEmpty();
        }
    }

    /// As when the disk of this side is full: other uploads to the place need not wait.
    @Test
    void aJournalThatFailsIsNotThePlacesFault() throws IOException {
        byte[] bytes = random(1_000, 1);
        UploadJournal broken = new BrokenJournal();
        try {
            put("k", BytesContent.of(bytes), broken);
        } catch (TransportException e) {
            assertThat(e.isOfPlace()).isFalse();
            assertThat(list("")).isEmpty();
            return;
        }
        assertOnly("k", bytes);
    }

    private static final class BrokenJournal implements UploadJournal {
        @Override
        public Optional<UploadState> recorded() {
            return Optional.empty();
        }

        @Override
        public void record(UploadState state) throws IOException {
            throw new IOException("No space left on device");
        }

        @Override
        public void clear() {}
    }

    @Test
    void aStopWithoutAJournalLeavesNothing() throws Exception {
        byte[] bytes = random(LARGE, 1);
        stopInTheMiddle("k", bytes, PutMode.CREATE, UploadJournal.none());
        assertThat(list("")).isEmpty();
        goOn("k", bytes, UploadJournal.none());
        assertOnly("k", bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aLargeSourceThatChangesItsSizeLeavesNothing(int more) throws Exception {
        byte[] bytes = random(LARGE, 1);
        MemoryJournal journal = new MemoryJournal();
        Content changed = new BytesContent(bytes, bytes.length - more, BytesContent.digest(bytes));
        assertKind(Kind.CORRUPT, () -> put("k", changed, journal));
        assertThat(list("")).isEmpty();
        assertThat(journal.recorded()).isEmpty();
        goOn("k", bytes, journal);
        assertOnly("k", bytes);
    }

    @Test
    void aSourceWithABugLeavesNothingAndDoesNoLastingHarm() throws IOException {
        byte[] bytes = random(LARGE, 1);
        Content broken =
                new TurningContent(
                        bytes,
                        bytes.length / 2,
                        () -> {
                            throw new IllegalStateException("a bug of the packer's");
                        });
        assertThatThrownBy(() -> put("k", broken, UploadJournal.none()))
                .hasStackTraceContaining("a bug of the packer's");
        assertThat(list("")).isEmpty();
        for (int i = 0; i < transport().traits().maxConnections(); i++) {
            put("k", random(1_000, i));
        }
        assertOnly("k", random(1_000, transport().traits().maxConnections() - 1));
    }
}
