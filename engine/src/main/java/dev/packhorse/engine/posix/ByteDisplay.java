package dev.packhorse.engine.posix;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Turns bytes into one safe line of text.
final class ByteDisplay {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ByteDisplay() {}

    static String of(byte[] bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(Math.max(2, bytes.length));
        StringBuilder text = new StringBuilder(bytes.length + 8);
        while (in.hasRemaining()) {
            var result = decoder.decode(in, out, true);
            out.flip();
            appendPrintable(out, text);
            out.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                escape(in.get(), text);
            }
            decoder.reset();
        }
        return text.toString();
    }

    private static void appendPrintable(CharBuffer decoded, StringBuilder text) {
        String part = decoded.toString();
        part.codePoints().forEach(codePoint -> appendCodePoint(codePoint, text));
    }

    private static void appendCodePoint(int codePoint, StringBuilder text) {
        if (codePoint != '%' && isPrintable(codePoint)) {
            text.appendCodePoint(codePoint);
            return;
        }
        for (byte each : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            escape(each, text);
        }
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    private static void escape(byte value, StringBuilder text) {
        text.append('%').append(HEX.toHexDigits(value));
    }
}
