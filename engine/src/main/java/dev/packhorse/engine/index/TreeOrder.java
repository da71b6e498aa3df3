package dev.packhorse.engine.index;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Comparator;

/// The order in which a walk meets paths: each folder right before its content, names by their
/// bytes.
final class TreeOrder implements Comparator<BytePath> {
    static final TreeOrder INSTANCE = new TreeOrder();

    private TreeOrder() {}

    @Override
    public int compare(BytePath one, BytePath other) {
        ByteString a = one.value();
        ByteString b = other.value();
        int both = Math.min(a.length(), b.length());
        for (int i = 0; i < both; i++) {
            if (a.at(i) != b.at(i)) {
                return Integer.compare(rank(a.at(i)), rank(b.at(i)));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /// A name that ends here comes before a longer one.
    private static int rank(byte each) {
        return each == '/' ? 0 : each & 0xff;
    }
}
