package dev.packhorse.engine.tree;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// One member in a record: 80 bytes in the order of their use.
///
/// - 16: key, from the path
/// - 16: state, from type, mode, owner, size and time
/// - 32: content, zeros for a folder
/// - 16: origin of a file that a later run may know again, else zeros
///
/// The first three make the tree's digest.
final class RecordLine {
    static final int KEY = Hashes.SHORT;
    static final int DIGESTED = 2 * Hashes.SHORT + Hashes.FULL;
    static final int BYTES = DIGESTED + Hashes.SHORT;

    /// The origin of what must be read again.
    static final byte[] NO_ORIGIN = new byte[Hashes.SHORT];

    /// The content of a folder.
    static final byte[] NO_CONTENT = new byte[Hashes.FULL];

    private RecordLine() {}

    static byte[] of(byte[] key, byte[] state, byte[] content, byte[] origin) {
        return ByteBuffer.allocate(BYTES).put(key).put(state).put(content).put(origin).array();
    }

    /// The line of a further name of a file that nothing knows again.
    ///
    /// @param first the line of its first name
    static byte[] named(byte[] key, byte[] first) {
        byte[] line = Arrays.copyOf(first, BYTES);
        System.arraycopy(key, 0, line, 0, KEY);
        Arrays.fill(line, DIGESTED, BYTES, (byte) 0);
        return line;
    }

    /// Orders lines by their keys.
    static int compare(byte[] one, byte[] other) {
        return Arrays.compareUnsigned(one, 0, KEY, other, 0, KEY);
    }

    static boolean hasOrigin(byte[] line, byte[] origin) {
        return !Arrays.equals(origin, NO_ORIGIN)
                && Arrays.equals(line, DIGESTED, BYTES, origin, 0, Hashes.SHORT);
    }

    static byte[] content(byte[] line) {
        return Arrays.copyOfRange(line, 2 * Hashes.SHORT, DIGESTED);
    }
}
