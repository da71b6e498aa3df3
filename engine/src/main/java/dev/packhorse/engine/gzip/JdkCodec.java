package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/// Deflates with the JDK's zlib.
final class JdkCodec implements Codec {
    private final Deflater deflater;

    JdkCodec(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public int deflate(ByteBuffer raw, ByteBuffer packed) {
        deflater.reset();
        deflater.setInput(raw);
        deflater.finish();
        int length = 0;
        while (!deflater.finished()) {
            int count = deflater.deflate(packed);
            if (count == 0 && !packed.hasRemaining()) {
                return 0;
            }
            length += count;
        }
        return length;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
