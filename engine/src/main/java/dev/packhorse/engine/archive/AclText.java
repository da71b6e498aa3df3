package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packhorse.engine.posix.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

/// Access lists as GNU tar and bsdtar write and take them, and the attribute that the kernel keeps.
/// Users and groups count by number: names mean something on the system that wrote them only.
///
/// Source: acl(5), "Short text form" and "Long text form"; bsdtar adds the number as a fourth field
/// (observed with libarchive 3.6.2, GNU tar 1.34); the attribute is Linux's `posix_acl_xattr.h`.
final class AclText {
    /// Stands for a list that cannot be told in numbers. The kernel refuses it, by which whoever
    /// restores learns of the loss.
    static final ByteString UNKNOWN = ByteString.of("names only");

    private static final int VERSION = 2;
    private static final int ENTRY_BYTES = 8;
    private static final int NOBODY = -1;
    private static final int USER_OWNER = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OWNER = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;
    private static final int PLAIN_ENTRIES = 3;
    private static final String RIGHTS = "rwx";

    /// Which of a file's two lists.
    enum Kind {
        ACCESS(PaxKeys.ACL, "system.posix_acl_access"),
        /// What entries made in a folder inherit.
        DEFAULT(PaxKeys.DEFAULT_ACL, "system.posix_acl_default");

        /// The key of the record that holds the text.
        final String key;

        private final String attribute;

        Kind(String key, String attribute) {
            this.key = key;
            this.attribute = attribute;
        }

        /// The name of the attribute that holds the list.
        ByteString attribute() {
            return ByteString.of(attribute);
        }

        /// The list that an attribute holds, if it holds one.
        static Optional<Kind> of(ByteString attribute) {
            return Stream.of(values())
                    .filter(kind -> kind.attribute().equals(attribute))
                    .findFirst();
        }
    }

    private AclText() {}

    private record Entry(int tag, int rights, int id) {}

    /// The text of an attribute's value, in numbers and of which [#encode] makes the same value;
    /// empty if there is none.
    static Optional<String> decode(Kind kind, ByteString attribute) {
        ByteBuffer value = ByteBuffer.wrap(attribute.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (value.remaining() % ENTRY_BYTES != Integer.BYTES || value.getInt() != VERSION) {
            return Optional.empty();
        }
        StringJoiner text = new StringJoiner(",");
        while (value.hasRemaining()) {
            text.add(text(value.getShort(), value.getShort(), value.getInt()));
        }
        Optional<ByteString> same = encode(kind, text.toString().getBytes(UTF_8));
        return same.filter(attribute::equals).map(_ -> text.toString());
    }

    private static String text(int tag, int rights, int id) {
        String whom =
                switch (tag) {
                    case USER_OWNER -> "user:";
                    case USER -> "user:" + Integer.toUnsignedString(id);
                    case GROUP_OWNER -> "group:";
                    case GROUP -> "group:" + Integer.toUnsignedString(id);
                    case MASK -> "mask:";
                    case OTHER -> "other:";
                    default -> "?";
                };
        StringBuilder text = new StringBuilder(whom).append(':');
        for (int i = 0; i < RIGHTS.length(); i++) {
            text.append((rights & 4 >> i) != 0 ? RIGHTS.charAt(i) : '-');
        }
        return text.toString();
    }

    /// The attribute's value; empty for a list that says no more than the mode does.
    static Optional<ByteString> encode(Kind kind, byte[] text) {
        List<Entry> entries = new ArrayList<>();
        for (String line : new String(text, UTF_8).split("[,\n]", -1)) {
            String plain = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
            if (!plain.isBlank()) {
                Optional<Entry> entry = entry(plain.strip().split(":", -1));
                if (entry.isEmpty()) {
                    return Optional.of(UNKNOWN);
                }
                entries.add(entry.get());
            }
        }
        if (entries.isEmpty() || (kind == Kind.ACCESS && entries.size() <= PLAIN_ENTRIES)) {
            return Optional.empty();
        }
        entries.sort(
                Comparator.comparingInt(Entry::tag)
                        .thenComparing((a, b) -> Integer.compareUnsigned(a.id(), b.id())));
        ByteBuffer value =
                ByteBuffer.allocate(Integer.BYTES + ENTRY_BYTES * entries.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(VERSION);
        for (Entry entry : entries) {
            value.putShort((short) entry.tag()).putShort((short) entry.rights()).putInt(entry.id());
        }
        return Optional.of(ByteString.of(value.array()));
    }

    private static Optional<Entry> entry(String[] fields) {
        if (fields.length < 3) {
            return Optional.empty();
        }
        boolean owner = fields[1].isEmpty();
        int tag =
                switch (fields[0]) {
                    case "user", "u" -> owner ? USER_OWNER : USER;
                    case "group", "g" -> owner ? GROUP_OWNER : GROUP;
                    case "mask", "m" -> MASK;
                    case "other", "o" -> OTHER;
                    default -> -1;
                };
        int rights = rights(fields[2]);
        if (tag < 0 || rights < 0) {
            return Optional.empty();
        }
        if (tag != USER && tag != GROUP) {
            return Optional.of(new Entry(tag, rights, NOBODY));
        }
        Optional<Integer> id = id(fields[1]);
        if (id.isEmpty() && fields.length > 3) {
            id = id(fields[3]);
        }
        return id.map(number -> new Entry(tag, rights, number));
    }

    private static int rights(String text) {
        int rights = 0;
        for (char each : text.strip().toCharArray()) {
            int at = RIGHTS.indexOf(each);
            if (at < 0 && each != '-') {
                return -1;
            }
            rights |= at < 0 ? 0 : 4 >> at;
        }
        return rights;
    }

    private static Optional<Integer> id(String text) {
        return text.matches("\\d{1,10}") && Long.parseLong(text) < 0xffff_ffffL
                ? Optional.of((int) Long.parseLong(text))
                : Optional.empty();
    }
}
