package dev.packhorse.engine.whm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads urlencoded parameters: `name=value` joined by `&`; a blank is `+` or `%20`; percent pairs
/// are bytes of UTF-8. A `%` that starts no pair and bytes that are no UTF-8 are refused: a guess
/// could name another file or password than the caller meant.
public final class UrlEncoded {
    private UrlEncoded() {}

    /// Adds the parameters of a text.
    ///
    /// @throws MalformedParametersException if a name or value is not encoded rightly, or there are
    ///   too many
    public static void parse(String text, RawParameters.Builder into)
            throws MalformedParametersException {
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('&', start);
            String pair = text.substring(start, end < 0 ? text.length() : end);
            start = end < 0 ? text.length() : end + 1;
            if (!pair.isEmpty()) {
                addPair(pair, into);
            }
        }
    }

    private static void addPair(String pair, RawParameters.Builder into)
            throws MalformedParametersException {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals), "a parameter's name");
        String value =
                equals < 0
                        ? ""
                        : decode(pair.substring(equals + 1), "the value of “" + cut(name) + "”");
        into.add(name, value);
    }

    private static String decode(String text, String what) throws MalformedParametersException {
        if (text.indexOf('%') < 0 && isAscii(text)) {
            return text.replace('+', ' ');
        }
        byte[] source = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(source.length);
        for (int i = 0; i < source.length; i++) {
            if (source[i] == '%') {
                bytes.write(pair(source, i, what));
                i += 2;
            } else {
                bytes.write(source[i] == '+' ? ' ' : source[i]);
            }
        }
        return utf8(bytes.toByteArray(), what);
    }

    private static int pair(byte[] source, int at, String what)
            throws MalformedParametersException {
        int high = at + 1 < source.length ? Character.digit(source[at + 1], 16) : -1;
        int low = at + 2 < source.length ? Character.digit(source[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw new MalformedParametersException(
                    "a “%” without two hexadecimal digits in " + what + "; write “%25” for “%”");
        }
        return high * 16 + low;
    }

    private static String utf8(byte[] bytes, String what) throws MalformedParametersException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedParametersException("not UTF-8: " + what, e);
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static String cut(String name) {
        return Wording.shown(name);
    }
}
