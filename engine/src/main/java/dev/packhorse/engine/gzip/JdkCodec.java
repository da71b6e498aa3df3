package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/// Deflates with the JDK's zlib.
final class JdkCodec implements Codec {
    private final Deflater deflater;

    private JdkCodec(Deflater deflater) {
        this.deflater = deflater;
    }

    static JdkCodec full(int level) {
        return new JdkCodec(new Deflater(level, true));
    }

    static JdkCodec huffmanOnly() {
        Deflater deflater = new Deflater(1, true);
        deflater.setStrategy(Deflater.HUFFMAN_ONLY);
        JdkCodec codec = new JdkCodec(deflater);
        // A new strategy takes effect within the next stream: let that be one that nobody reads.
        codec.deflate(ByteBuffer.allocate(0), ByteBuffer.allocate(64));
        return codec;
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
