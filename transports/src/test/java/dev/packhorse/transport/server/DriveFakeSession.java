package dev.packhorse.transport.server;

import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.JsonNode;

/// One resumable upload at a [DriveFake]. Of a chunk that breaks off it keeps whole blocks of 256
/// KiB. Whoever asks last has the upload: a request that was given up adds nothing more.
final class DriveFakeSession {
    private static final int GRANULE = 256 * 1024;

    private final JsonNode metadata;
    private final byte[] bytes;
    private int arrived;
    private int turn;

    DriveFakeSession(JsonNode metadata, int size) {
        this.metadata = metadata;
        this.bytes = new byte[size];
    }

    JsonNode metadata() {
        return metadata;
    }

    int size() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /// Takes the upload over, and cuts off a block that was not whole.
    synchronized int ask() {
        turn++;
        settle();
        return arrived;
    }

    synchronized int arrived() {
        return arrived;
    }

    private void settle() {
        if (arrived < bytes.length) {
            arrived -= arrived % GRANULE;
        }
    }

    /// Takes a chunk.
    ///
    /// @param most how much of it to keep
    /// @return how many bytes came over the wire
    long take(InputStream body, int from, int length, int most) throws IOException {
        int mine = begin(from);
        if (mine < 0) {
            return body.readAllBytes().length;
        }
        byte[] block = new byte[64 * 1024];
        int taken = 0;
        int received = 0;
        for (int count = body.read(block); count >= 0; count = body.read(block)) {
            int kept = Math.max(0, Math.min(count, Math.min(most, length) - taken));
            add(mine, block, kept);
            taken += kept;
            received += count;
        }
        if (received < length) {
            throw new IOException("the chunk broke off");
        }
        synchronized (this) {
            settle();
        }
        return received;
    }

    private synchronized int begin(int from) {
        turn++;
        settle();
        return from == arrived ? turn : -1;
    }

    private synchronized void add(int mine, byte[] block, int count) throws IOException {
        if (mine != turn) {
            throw new IOException("somebody else has the upload");
        }
        System.arraycopy(block, 0, bytes, arrived, count);
        arrived += count;
    }
}
