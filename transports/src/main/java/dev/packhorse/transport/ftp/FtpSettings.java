package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.PeerAddress;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.tls.PeerTrust;
import java.time.Duration;

/// One FTP destination. Parameters: `host`, `port` (21), `username`, `password`, `path`, `passive`
/// (1 or 0; 0 without it, as WHM has it), `tls` (`explicit`, or `none` to send passwords and
/// backups in the clear), `tls_fingerprint` (the SHA-256 of a certificate that no authority
/// signed).
///
/// @param folder below which all objects lie; empty for the place where a login lands
/// @param passive true if we open the data connections, false if the server does
/// @param timeout how long one step of the protocol may take
public record FtpSettings(
        String host,
        int port,
        String username,
        Secret password,
        String folder,
        boolean passive,
        boolean tls,
        PeerTrust trust,
        Duration timeout) {
    /// Reads and checks the settings.
    ///
    /// @throws TransportException `REFUSED` naming the parameter that is missing or wrong
    public static FtpSettings of(TransportSettings settings) throws TransportException {
        return new FtpSettings(
                host(settings),
                settings.number("port", 1, 65_535, 21),
                oneLine("username", settings.text("username")),
                password(settings),
                settings.folder("path"),
                settings.flag("passive", false),
                tls(settings),
                PeerTrust.of(settings.find("tls_fingerprint")),
                settings.timeout());
    }

    private static String host(TransportSettings settings) throws TransportException {
        String host = settings.text("host");
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!host.matches("[A-Za-z0-9][A-Za-z0-9._:%-]{0,254}|::[0-9A-Fa-f:.]{0,40}")) {
            throw refused("host must be a host name or an address");
        }
        PeerAddress.require(host);
        return host;
    }

    private static Secret password(TransportSettings settings) throws TransportException {
        Secret password = settings.secret("password");
        oneLine("password", password.reveal());
        return password;
    }

    /// A line break would let a value go on as a command of its own.
    private static String oneLine(String name, String value) throws TransportException {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw refused(name + " must not hold control characters");
        }
        return value;
    }

    private static boolean tls(TransportSettings settings) throws TransportException {
        return switch (settings.find("tls").orElse("explicit")) {
            case "explicit" -> true;
            case "none" -> false;
            default -> throw refused("tls must be explicit or none");
        };
    }

    private static TransportException refused(String what) {
        return new TransportException(Kind.REFUSED, "open destination: " + what);
    }
}
