package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;

/// The digest of a file that comes in pieces, each of which may have to be fetched more than once.
/// One thread.
final class GrowingDigest {
    private MessageDigest pieces = Sha256.begin();
    private MessageDigest withNext = pieces;

    /// A piece begins, for the first time or once more.
    void begin() {
        try {
            withNext = (MessageDigest) pieces.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digests of every JDK can be copied", e);
        }
    }

    /// Bytes of the piece.
    void update(byte[] block, int count) {
        withNext.update(block, 0, count);
    }

    /// The piece is there.
    void accept() {
        pieces = withNext;
    }

    /// The digest of all pieces; nothing is added after it.
    String end() {
        return HexFormat.of().formatHex(pieces.digest());
    }
}
