package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Cuts a stream whose length nobody knows into parts and sends them, up to four at a time, while
/// the next is filled. So five parts are in memory at most, all within [PartMemory]; one that is
/// being filled keeps its share however slow the writer is. The first failure stops the rest. One
/// use.
public final class PartedStream {
    private final IntUnaryOperator lengths;
    private final PartMemory memory;
    private final StreamReceiver receiver;
    private final PartSending sending;

    /// A stream.
    ///
    /// @param leastPart the length of the first parts; later ones are longer
    ///   ([PartPlan#MOST_OF_STREAM])
    public PartedStream(ByteSize leastPart, PartMemory memory, StreamReceiver receiver) {
        this(number -> PartPlan.lengthInStream(number, leastPart), memory, receiver);
    }

    private PartedStream(IntUnaryOperator lengths, PartMemory memory, StreamReceiver receiver) {
        this.lengths = lengths;
        this.memory = memory;
        this.receiver = receiver;
        this.sending = new PartSending(memory, receiver);
    }

    /// A stream for a place that takes parts of one length only; they are longer from the first, so
    /// that what the place takes in all is not too little.
    ///
    /// @param leastPart how long they are at least
    public static PartedStream ofEvenParts(
            ByteSize leastPart, PartMemory memory, StreamReceiver receiver) {
        int length = PartPlan.evenLengthInStream(leastPart);
        return new PartedStream(_ -> length, memory, receiver);
    }

    /// Returns once the writer has ended and every part was sent, or the whole was stored as one.
    /// No sender runs any more when this returns or throws.
    ///
    /// @return how many parts were sent; 0 if the whole was stored as one
    /// @throws IOException the first failure of the writer or of the receiver
    public int run(StreamedContent content, Cancellation cancellation) throws IOException {
        Cutting cutting = new Cutting();
        sending.run(
                cancellation,
                () -> {
                    try {
                        content.sendTo(cutting);
                        cutting.finish();
                    } finally {
                        cutting.release();
                    }
                });
        return cutting.sent;
    }

    /// Fills one part after the other. It takes memory only while it holds none.
    private final class Cutting extends OutputStream {
        private byte @Nullable [] part;
        private int filled;
        private int sent;

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                sending.throwFailure();
                byte[] current = current();
                int count = Math.min(length - done, current.length - filled);
                System.arraycopy(bytes, offset + done, current, filled, count);
                filled += count;
                done += count;
            }
        }

        /// A part with room. A full one is sent only now, since it may have been the last.
        private byte[] current() throws IOException {
            if (part != null && filled < part.length) {
                return part;
            }
            if (part != null) {
                send();
            }
            int length = lengths.applyAsInt(sent + 1);
            memory.take(length, sending.stop());
            byte[] fresh;
            try {
                fresh = new byte[length];
            } catch (OutOfMemoryError e) {
                memory.giveBack(length);
                throw e;
            }
            part = fresh;
            filled = 0;
            return fresh;
        }

        private void send() throws IOException {
            if (sent == PartPlan.MOST_OF_STREAM) {
                throw tooLong();
            }
            if (sent == 0) {
                receiver.begin();
            }
            byte[] full = part;
            if (full != null) {
                part = null;
                sent++;
                sending.submit(new Part(sent, full, filled, Optional.empty()), full.length);
            }
        }

        /// Others may be sent there all the same.
        private TransportException tooLong() {
            String reason =
                    "it has more than "
                            + sent
                            + " parts, the most of a stream; it has to be put with its size known"
                            + " beforehand";
            return new TransportException(
                    Kind.REFUSED, reason, new OwnSideException(new IOException(reason)));
        }

        /// Sends what is left.
        void finish() throws IOException {
            if (sent == 0) {
                byte[] whole = part == null ? new byte[0] : part;
                receiver.store(new Part(1, whole, filled, Optional.empty()));
            } else {
                send();
            }
        }

        /// Gives back the memory of a part that is not sent.
        void release() {
            if (part != null) {
                memory.giveBack(part.length);
                part = null;
            }
        }
    }
}
