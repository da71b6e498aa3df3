package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.whm.WhmException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// The address of a WebDAV folder, as people copy it from their browser, which encodes it. It is
/// kept in plain text, as `path` is, so that it goes on to mean the same folder.
final class WebdavAddress {
    private WebdavAddress() {}

    /// The same with its path in plain text.
    ///
    /// @param given a name or address, which may have a scheme, a port and a path
    static String plain(String given) throws WhmException {
        int scheme = given.indexOf("://");
        int path = given.indexOf('/', scheme < 0 ? 0 : scheme + "://".length());
        return path < 0 ? given : given.substring(0, path) + decoded(given.substring(path));
    }

    private static String decoded(String path) throws WhmException {
        if (path.matches(".*[?#].*")) {
            throw Text.badValue("host", "its path has a “?” or “#”; take what is before it");
        }
        String plain;
        try {
            // A plus is itself in a path.
            plain = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw wrong();
        }
        if (plain.matches("(?s).*[\\p{Cntrl}\uFFFD].*")) {
            throw wrong();
        }
        if (plain.matches(".*[?#].*")) {
            throw Text.badValue("host", "its path has a “?” or “#”; give that folder as “path”");
        }
        return plain;
    }

    private static WhmException wrong() {
        return Text.badValue(
                "host",
                "its path has a “%” that stands for no letter; write “%25” for the sign itself");
    }
}
