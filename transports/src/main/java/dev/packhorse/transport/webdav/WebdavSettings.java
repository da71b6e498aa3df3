package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.PeerAddress;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.tls.PeerTrust;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One WebDAV destination. Parameters: `host` (a name or address, which may be followed by `:PORT`
/// and a path in plain text: a `%` is one), `port` (443, or 80 without TLS), `username`,
/// `password`, `path`, `ssl` (1, or 0 to send everything in the clear), `tls_fingerprint` (the
/// SHA-256 of a certificate that no authority signed).
///
/// @param folder below which all objects lie, from the server's root, without a slash at its end;
///   empty for the root
/// @param timeout how long one step of the protocol may take
public record WebdavSettings(
        String host,
        int port,
        String username,
        Secret password,
        String folder,
        boolean tls,
        PeerTrust trust,
        Duration timeout) {
    private static final Pattern HOST =
            Pattern.compile(
                    "(?:(https?)://)?([A-Za-z0-9][A-Za-z0-9._-]{0,253}|\\[[0-9A-Fa-f:.]{2,45}])"
                            + "(?::([0-9]{1,5}))?(/[^?#\\p{Cntrl}]*)?");

    /// Reads and checks the settings.
    ///
    /// @throws TransportException `REFUSED` naming the parameter that is missing or wrong
    public static WebdavSettings of(TransportSettings settings) throws TransportException {
        boolean tls = settings.flag("ssl", true);
        Matcher host = HOST.matcher(settings.text("host"));
        if (!host.matches()) {
            throw refused("host must be a host name or an address");
        }
        if (host.group(1) != null && host.group(1).equals("https") != tls) {
            throw refused("host begins with " + host.group(1) + "://, which ssl contradicts");
        }
        PeerAddress.require(host.group(2));
        return new WebdavSettings(
                host.group(2),
                port(settings, host.group(3), tls),
                settings.text("username"),
                settings.secret("password"),
                folder(settings, host.group(4)),
                tls,
                PeerTrust.of(settings.find("tls_fingerprint")),
                settings.timeout());
    }

    private static int port(TransportSettings settings, String inHost, boolean tls)
            throws TransportException {
        int usual = tls ? 443 : 80;
        if (inHost == null) {
            return settings.number("port", 1, 65_535, usual);
        }
        int port = Integer.parseInt(inHost);
        if (port < 1 || port > 65_535 || settings.number("port", 1, 65_535, port) != port) {
            throw refused("host names a port that port contradicts, or none that exists");
        }
        return port;
    }

    private static String folder(TransportSettings settings, String inHost)
            throws TransportException {
        String path = (inHost == null ? "" : inHost) + "/" + settings.folder("path");
        String single = path.replaceAll("/{2,}", "/");
        if (single.matches("(.*/)?\\.\\.?(/.*)?")) {
            throw refused("host must not hold “.” or “..” in its path");
        }
        return single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
    }

    private static TransportException refused(String what) {
        return new TransportException(Kind.REFUSED, "open destination: " + what);
    }
}
