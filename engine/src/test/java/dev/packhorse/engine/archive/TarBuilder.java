package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/// Lays out tar streams byte by byte, also such as no honest writer makes. Shares nothing with the
/// product's writer.
public final class TarBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Top folder, account file and home of the account `demo`, without end marks.
    public static TarBuilder demo() {
        return new TarBuilder()
                .folder("cpmove-demo/")
                .folder("cpmove-demo/cp/")
                .file("cpmove-demo/cp/demo", "DNS=demo.example\nUSER=demo\n")
                .folder("cpmove-demo/homedir/");
    }

    TarBuilder folder(String name) {
        return raw(name, '5', "", 0, new byte[0], header -> {});
    }

    public TarBuilder file(String name, String content) {
        byte[] bytes = content.getBytes(UTF_8);
        return raw(name, '0', "", bytes.length, bytes, header -> {});
    }

    TarBuilder link(String name, char type, String target) {
        return raw(name, type, target, 0, new byte[0], header -> {});
    }

    TarBuilder special(String name, char type) {
        return raw(name, type, "", 0, new byte[0], header -> {});
    }

    /// An extended header of these records.
    public TarBuilder pax(char type, String... keysAndValues) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.writeBytes(record(keysAndValues[i], keysAndValues[i + 1]));
        }
        return paxBytes(type, records.toByteArray());
    }

    TarBuilder paxBytes(char type, byte[] records) {
        return raw("PaxHeaders/x", type, "", records.length, records, header -> {});
    }

    static byte[] record(String key, String value) {
        byte[] body = (" " + key + "=" + value + "\n").getBytes(ISO_8859_1);
        int length = body.length;
        while (Integer.toString(length).length() + body.length != length) {
            length = Integer.toString(length).length() + body.length;
        }
        byte[] number = Integer.toString(length).getBytes(ISO_8859_1);
        byte[] record = Arrays.copyOf(number, length);
        System.arraycopy(body, 0, record, number.length, body.length);
        return record;
    }

    TarBuilder gnuLong(char type, byte[] text) {
        return raw("././@LongLink", type, "", text.length, text, header -> {});
    }

    /// One header with its content; the change is made before the checksum.
    TarBuilder raw(
            String name,
            char type,
            String link,
            long size,
            byte[] content,
            Consumer<byte[]> change) {
        byte[] header = new byte[512];
        put(header, 0, name.getBytes(ISO_8859_1));
        put(header, 100, "0000644\0".getBytes(ISO_8859_1));
        put(header, 108, "0001752\0".getBytes(ISO_8859_1));
        put(header, 116, "0001752\0".getBytes(ISO_8859_1));
        put(header, 124, String.format("%011o\0", size).getBytes(ISO_8859_1));
        put(header, 136, "14000000000\0".getBytes(ISO_8859_1));
        header[156] = (byte) type;
        put(header, 157, link.getBytes(ISO_8859_1));
        put(header, 257, "ustar\00000".getBytes(ISO_8859_1));
        change.accept(header);
        sign(header);
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    static void put(byte[] header, int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    static void sign(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum).getBytes(ISO_8859_1));
    }

    TarBuilder bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /// The stream with its end marks.
    public byte[] end() {
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    /// The stream as it is.
    byte[] cut() {
        return out.toByteArray();
    }

    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }
}
