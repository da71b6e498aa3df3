package dev.packhorse.transport.webdav;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Addresses of a server's paths, and paths out of the addresses that it answers with. Paths are
/// plain text, absolute, and without a slash at their end; the root is empty.
///
/// @param authority as `https://host:port`; without the port where it is the scheme's own
record DavPlaces(String authority, String folder) {
    private static final String UNRESERVED = "-._~+@=!$&'()*,;:";
    private static final String DOT = "=2E";
    private static final String SIGN = "=3D";
    private static final int LONGEST_ADDRESS = 8 * 1024;

    static DavPlaces of(WebdavSettings settings) {
        String host = settings.host().toLowerCase(Locale.ROOT);
        return new DavPlaces(
                (settings.tls() ? "https://" : "http://") + host + port(settings),
                settings.folder());
    }

    /// The client leaves the scheme's own port out of `Host`, and servers compare that letter by
    /// letter with what `Destination` names.
    private static String port(WebdavSettings settings) {
        int usual = settings.tls() ? 443 : 80;
        return settings.port() == usual ? "" : ":" + settings.port();
    }

    /// The path of an object or folder below the destination's folder; of that itself for the empty
    /// text. nginx leaves names that begin with a dot out of its listings, so ours begin with
    /// another sign: `.x` lies under `=2Ex`, and a name that looks like that under `=3D2Ex`.
    String path(String below) {
        if (below.isEmpty()) {
            return folder;
        }
        StringBuilder path = new StringBuilder(folder);
        for (String name : below.split("/", -1)) {
            path.append('/').append(stored(name));
        }
        return path.toString();
    }

    private static String stored(String name) {
        if (name.startsWith(DavUpload.TEMPORARY)) {
            return name;
        }
        if (name.startsWith(".")) {
            return DOT + name.substring(1);
        }
        return name.startsWith(DOT) || name.startsWith(SIGN) ? SIGN + name.substring(1) : name;
    }

    /// The name of ours that lies under a stored name; empty if none does.
    static Optional<String> nameOf(String stored) {
        if (stored.startsWith(".")) {
            return Optional.empty();
        }
        if (stored.startsWith(DOT)) {
            return Optional.of("." + stored.substring(DOT.length()));
        }
        return Optional.of(
                stored.startsWith(SIGN) ? "=" + stored.substring(SIGN.length()) : stored);
    }

    URI file(String path) {
        return URI.create(authority + encode(path.isEmpty() ? "/" : path));
    }

    URI folder(String path) {
        return URI.create(authority + encode(path + "/"));
    }

    /// Source: RFC 3986 section 3.3.
    private static String encode(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte value : path.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (value & 0xff);
            boolean plain =
                    (letter >= 'a' && letter <= 'z')
                            || (letter >= 'A' && letter <= 'Z')
                            || (letter >= '0' && letter <= '9')
                            || letter == '/'
                            || UNRESERVED.indexOf(letter) >= 0;
            if (plain) {
                encoded.append(letter);
            } else {
                encoded.append('%').append(String.format("%02X", (int) letter));
            }
        }
        return encoded.toString();
    }

    /// The path of an address in an answer, with or without a host in front; empty for what is
    /// none. What host it names does not matter: it is never connected to.
    static Optional<String> pathOf(String address) {
        String path = address.strip();
        if (path.length() > LONGEST_ADDRESS) {
            return Optional.empty();
        }
        int scheme = path.indexOf("://");
        if (scheme > 0 && !path.startsWith("/")) {
            int slash = path.indexOf('/', scheme + 3);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        return decode(path).map(DavPlaces::withoutSlash);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Optional<String> decode(String path) {
        List<Byte> bytes = new ArrayList<>();
        byte[] raw = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.add(raw[i]);
                continue;
            }
            int high = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.add((byte) (high * 16 + low));
            i += 2;
        }
        return text(bytes);
    }

    private static Optional<String> text(List<Byte> bytes) {
        byte[] plain = new byte[bytes.size()];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = bytes.get(i);
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(plain)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
