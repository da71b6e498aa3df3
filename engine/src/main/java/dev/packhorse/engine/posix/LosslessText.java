package dev.packhorse.engine.posix;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Text of files that are meant to be UTF-8 and, written by people over many years, are not always:
/// what is no UTF-8 becomes single surrogates, which no text has, and becomes the same bytes again
/// when it is written. So a file that is changed in one line keeps all others.
public final class LosslessText {
    /// The surrogate of the byte 0. Only bytes from 0x80 on are ever no UTF-8.
    private static final int FOREIGN = 0xDC00;

    private static final int FIRST = FOREIGN + 0x80;
    private static final int LAST = FOREIGN + 0xFF;

    private LosslessText() {}

    /// The text of any bytes.
    public static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // No byte becomes more than one char.
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (FOREIGN | (in.get() & 0xFF)));
            }
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    /// The bytes of a text; of one from [#decode] those that it was made of.
    ///
    /// @throws IllegalArgumentException if it has single surrogates of another origin
    public static byte[] encode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int from = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int point = text.codePointAt(at);
            if (point >= FIRST && point <= LAST) {
                bytes.writeBytes(plain(text.substring(from, at)));
                bytes.write(point & 0xFF);
                from = at + 1;
            }
        }
        bytes.writeBytes(plain(text.substring(from)));
        return bytes.toByteArray();
    }

    private static byte[] plain(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] array = new byte[bytes.remaining()];
            bytes.get(array);
            return array;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text with half a character", e);
        }
    }
}
