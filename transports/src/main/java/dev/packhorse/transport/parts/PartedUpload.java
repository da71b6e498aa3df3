package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.List;

/// Reads a content once, from its first byte to its end, and sends its parts, up to four at a time.
/// The first failure stops the rest. One use.
public final class PartedUpload {
    private final PartPlan plan;
    private final ByteSize leastPart;
    private final PartMemory memory;
    private final PartSending sending;

    /// An upload.
    ///
    /// @param leastPart the smallest part that the place takes, but for the last
    public PartedUpload(PartPlan plan, ByteSize leastPart, PartMemory memory, PartSender sender) {
        this.plan = plan;
        this.leastPart = leastPart;
        this.memory = memory;
        this.sending = new PartSending(memory, sender);
    }

    /// How many parts a content has, whose hints decide how it is cut.
    ///
    /// @param leastPart the smallest part that the place takes, but for the last
    public static int count(PartPlan plan, ByteSize leastPart, Content content) {
        return PartCuts.of(plan, leastPart, content.alike()).size();
    }

    /// Returns once every part was sent and the content was found to be what it declares; then, and
    /// only then, it may be published. No sender runs any more when this returns or throws.
    ///
    /// @throws IOException the first failure of the source or of a sender
    public void run(ObjectKey key, Content content, Cancellation cancellation) throws IOException {
        sending.run(
                cancellation,
                () -> {
                    try (CheckedContent source = new CheckedContent(key, content, sending.stop())) {
                        readAndSend(key, PartCuts.of(plan, leastPart, content.alike()), source);
                    }
                });
    }

    private void readAndSend(ObjectKey key, List<PartCuts.Cut> cuts, CheckedContent source)
            throws IOException {
        for (int i = 0; i < cuts.size(); i++) {
            int length = cuts.get(i).length();
            memory.take(length, sending.stop());
            sending.submit(read(key, source, i + 1, cuts.get(i)), length);
        }
        if (source.read() >= 0) {
            throw new IllegalStateException("a checked content gave more than it declares");
        }
    }

    /// Gives the memory back if it fails.
    private Part read(ObjectKey key, CheckedContent source, int number, PartCuts.Cut cut)
            throws IOException {
        int length = cut.length();
        boolean read = false;
        try {
            byte[] bytes = new byte[length];
            if (source.readNBytes(bytes, 0, length) < length) {
                throw new TransportException(
                        Kind.CORRUPT, "put " + key + ": the source ends within a part");
            }
            read = true;
            return new Part(number, bytes, cut.origin());
        } finally {
            if (!read) {
                memory.giveBack(length);
            }
        }
    }
}
