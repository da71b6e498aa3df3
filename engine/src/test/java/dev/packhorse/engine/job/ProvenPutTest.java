package dev.packhorse.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenPutTest {
    private static final ObjectKey KEY = new ObjectKey("folder/archive");
    private static final ObjectKey COMPANION = new ObjectKey("folder/archive.manifest");
    private static final DestinationId PLACE = DestinationId.random();

    @TempDir private Path folder;
    private final List<Long> reads = new ArrayList<>();
    private int puts;
    private long breaksAt = Long.MAX_VALUE;
    private int turns;
    private Optional<TransportException> refusal = Optional.empty();

    @BeforeEach
    void place() throws IOException {
        Files.createDirectories(folder.resolve("far/folder"));
        Files.writeString(companion(), "of the archive");
    }

    private Path stored() {
        return folder.resolve("far").resolve(KEY.value());
    }

    private Path companion() {
        return folder.resolve("far").resolve(COMPANION.value());
    }

    /// Proves nothing by itself, counts, and fails as the test says.
    private final class Place extends PassingPlace {
        Place() throws TransportException {
            super(new LocalTransport(folder.resolve("far")));
        }

        @Override
        public ObjectInfo put(
                ObjectKey key,
                Content content,
                PutMode mode,
                UploadJournal journal,
                Cancellation cancellation)
                throws TransportException, CancelledException {
            puts++;
            if (refusal.isPresent()) {
                giveUp(journal);
                throw refusal.get();
            }
            ObjectInfo info = super.put(key, content, mode, journal, cancellation);
            if (turns > 0) {
                turns--;
                turn(stored(), content.sizeBytes() - 1);
            }
            return info;
        }

        @Override
        public <R> R read(
                ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
                throws TransportException, CancelledException {
            reads.add(range.offset());
            return super.read(
                    key, range, in -> reader.read(broken(in, key, range.offset())), cancellation);
        }

        private InputStream broken(InputStream in, ObjectKey key, long begin) {
            return new FilterInputStream(in) {
                private long at = begin;

                @Override
                public int read(byte[] target, int from, int length) throws IOException {
                    if (at >= breaksAt) {
                        throw new TransportException(
                                Kind.UNAVAILABLE, "read " + key + ": it broke");
                    }
                    int count = in.read(target, from, (int) Math.min(length, breaksAt - at));
                    at += Math.max(0, count);
                    return count;
                }
            };
        }
    }

    private static void giveUp(UploadJournal journal) throws TransportException {
        try {
            journal.clear();
        } catch (IOException e) {
            throw new TransportException(Kind.REFUSED, "the test failed", e);
        }
    }

    private static void turn(Path file, long at) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1));
            channel.write(one.flip(), at);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Content small() throws IOException {
        return FileContent.of(Files.writeString(folder.resolve("small"), "the archive"));
    }

    /// Of three pieces and some bytes, most of them holes.
    private Content large() throws IOException {
        Path file = folder.resolve("large");
        if (!Files.exists(file)) {
            Files.createFile(file);
            for (int piece = 0; piece < 4; piece++) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.write(
                            ByteBuffer.wrap(("piece " + piece).getBytes(UTF_8)),
                            piece * ReadBack.PIECE + 3);
                }
            }
        }
        return FileContent.of(file);
    }

    /// A job's try: whether all was there already, or it was sent and proven.
    private boolean store(Content content) throws IOException {
        try (Transport place = new Place();
                UploadJournals.Open journal = journal(content)) {
            ProvenPut put =
                    new ProvenPut(
                            place, KEY, content, journal, List.of(COMPANION), Cancellation.never());
            if (put.provenBefore().isPresent()) {
                return true;
            }
            assertThat(put.run().sizeBytes()).isEqualTo(content.sizeBytes());
            return false;
        }
    }

    private UploadJournals.Open journal(Content content) throws IOException {
        return new UploadJournals(folder.resolve("uploads")).open(PLACE, KEY, content.sha256());
    }

    private void breaks(Content content, long at) {
        breaksAt = at;
        reads.clear();
        assertThatThrownBy(() -> store(content)).hasMessageContaining("it broke");
        breaksAt = Long.MAX_VALUE;
    }

    private void fails(Content content, Kind kind) {
        assertThatThrownBy(() -> store(content))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void aProofThatBreaksGoesOnWhereItWas() throws Exception {
        breaks(large(), 2 * ReadBack.PIECE);
        assertThat(reads).containsExactly(0L);
        breaks(large(), 3 * ReadBack.PIECE);
        assertThat(reads).containsExactly(2 * ReadBack.PIECE);
        reads.clear();
        assertThat(store(large())).as("proven without being sent again").isTrue();
        assertThat(reads).containsExactly(3 * ReadBack.PIECE);
        assertThat(puts).isOne();
        assertThat(folder.resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void whatWasReadOfAnotherObjectCountsForNothing() throws Exception {
        breaks(large(), 2 * ReadBack.PIECE);
        turn(stored(), 5);
        Files.setLastModifiedTime(stored(), FileTime.from(Instant.parse("2026-03-07T09:00:00Z")));
        reads.clear();
        assertThat(store(large())).isFalse();
        assertThat(reads).startsWith(0L);
        assertThat(puts).isEqualTo(2);
        assertThat(stored()).hasSameBinaryContentAs(folder.resolve("large"));
    }

    @Test
    void whatIsGoneMeanwhileIsSentAgain() throws Exception {
        breaks(small(), 0);
        Files.delete(stored());
        assertThat(store(small())).isFalse();
        assertThat(stored()).hasContent("the archive");
    }

    @Test
    void whatIsStoredWronglyIsSentOnceMore() throws Exception {
        for (Content content : List.of(small(), large())) {
            turns = 1;
            puts = 0;
            assertThat(store(content)).isFalse();
            assertThat(puts).isEqualTo(2);
            assertThat(stored()).hasSameBinaryContentAs(content.localFile().orElseThrow());
            assertThat(companion()).exists();
        }
    }

    @Test
    void whatIsStoredWronglyTwiceDoesNotStay() throws Exception {
        turns = 2;
        fails(small(), Kind.CORRUPT);
        assertThat(stored()).doesNotExist();
        assertThat(companion()).doesNotExist();
        assertThat(folder.resolve("uploads")).isEmptyDirectory();
        assertThat(store(small())).isFalse();
    }

    @Test
    void moreThanWasSentIsNoticed() throws Exception {
        breaks(large(), 3 * ReadBack.PIECE);
        try (Transport place = new Place()) {
            long size = large().sizeBytes();
            Files.writeString(stored(), "more", StandardOpenOption.APPEND);
            ReadBack readBack = new ReadBack(place, KEY, size, Cancellation.never());
            assertThat(readBack.has(large().sha256(), ReadBack.Progress.NONE)).isFalse();
        }
    }

    /// The older object is all that there is then.
    @Test
    void aDamagedSourceRemovesNothing() throws Exception {
        Files.writeString(stored(), "an older one");
        Content declared = small();
        Files.writeString(folder.resolve("small"), "the ARCHIVE");
        fails(declared, Kind.CORRUPT);
        assertThat(stored()).hasContent("an older one");
        assertThat(companion()).exists();
    }

    @Test
    void ofWhatADriverGaveUpNothingIsToBeProven() throws Exception {
        refusal = Optional.of(new TransportException(Kind.DENIED, "it said no"));
        fails(small(), Kind.DENIED);
        assertThat(Dying.left(folder.resolve("uploads"))).isEmpty();
        refusal = Optional.empty();
        assertThat(store(small())).isFalse();
        assertThat(reads).containsExactly(0L);
    }
}
