package dev.packhorse.engine.mysql;

import java.io.IOException;

/// Takes the bytes of a statement as they are read.
interface ByteSink {
    void put(byte[] bytes, int offset, int length) throws IOException;

    /// How many bytes it holds, 0 if it keeps none.
    int position();
}
