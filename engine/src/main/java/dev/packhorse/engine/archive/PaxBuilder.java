package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// The records of one extended header while they are collected: `LENGTH KEY=VALUE\n`, where the
/// length counts itself and the value is any bytes.
///
/// Source: POSIX.1-2017 pax, "pax Extended Header".
final class PaxBuilder {
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();

    void clear() {
        records.reset();
    }

    boolean isEmpty() {
        return records.size() == 0;
    }

    void put(String key, String value) {
        put(key.getBytes(US_ASCII), value.getBytes(US_ASCII));
    }

    void put(String key, byte[] value) {
        put(key.getBytes(US_ASCII), value);
    }

    void put(byte[] key, byte[] value) {
        int body = key.length + value.length + 3;
        int length = body + digits(body);
        length = body + digits(length);
        records.writeBytes(Integer.toString(length).getBytes(US_ASCII));
        records.write(' ');
        records.writeBytes(key);
        records.write('=');
        records.writeBytes(value);
        records.write('\n');
    }

    /// A time of nanosecond precision.
    void putTime(String key, long seconds, int nanos) {
        if (nanos == 0) {
            put(key, Long.toString(seconds));
        } else if (seconds < 0) {
            long whole = -(seconds + 1);
            put(key, "-" + whole + "." + fraction(1_000_000_000 - nanos));
        } else {
            put(key, seconds + "." + fraction(nanos));
        }
    }

    int size() {
        return records.size();
    }

    /// The records, filled up with zeros to whole blocks.
    byte[] blocks() {
        byte[] bytes = records.toByteArray();
        return Arrays.copyOf(bytes, bytes.length + TarFormat.padding(bytes.length));
    }

    private static String fraction(int nanos) {
        return Integer.toString(1_000_000_000 + nanos).substring(1);
    }

    private static int digits(int number) {
        return Integer.toString(number).length();
    }
}
