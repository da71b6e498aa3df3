package dev.packhorse.transport.ssh;

import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.PeerAddress;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.time.Duration;
import java.util.regex.Pattern;

/// A login on a server over SSH, and the folder below which the objects lie.
///
/// @param address the server
/// @param username who logs in
/// @param login how it proves who it is
/// @param pins the confirmed host keys
/// @param folder without a slash at its end; empty for the place where the login lands
/// @param timeout how long one step may take without an answer
public record SshSettings(
        HostPort address,
        String username,
        SshLogin login,
        HostKeyPins pins,
        String folder,
        Duration timeout) {
    private static final int SSH_PORT = 22;

    /// No letter that a command line or a URL would read as something else, no minus in front.
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]{2,45}");

    private static final Pattern USER = Pattern.compile("[^-\\s\\p{Cntrl}][^\\s\\p{Cntrl}]{0,127}");

    /// Reads host, port, username, path, authtype, privatekey, host_key and the secrets password
    /// and passphrase.
    ///
    /// @throws TransportException `REFUSED` naming what is missing or wrong
    public static SshSettings of(TransportSettings settings) throws TransportException {
        String host = matching(settings, "host", HOST);
        PeerAddress.require(host);
        return new SshSettings(
                new HostPort(host, settings.number("port", 1, 65_535, SSH_PORT)),
                matching(settings, "username", USER),
                login(settings),
                HostKeyPins.parse(settings.find("host_key").orElse("")),
                settings.folder("path"),
                settings.timeout());
    }

    private static String matching(TransportSettings settings, String name, Pattern grammar)
            throws TransportException {
        String value = settings.text(name);
        if (!grammar.matcher(value).matches()) {
            throw new TransportException(
                    Kind.REFUSED, "open destination: " + name + " is not well formed");
        }
        return value;
    }

    private static SshLogin login(TransportSettings settings) throws TransportException {
        return switch (settings.find("authtype").orElse("password")) {
            case "password" -> new SshLogin.Password(settings.secret("password"));
            case "key" ->
                    new SshLogin.Key(
                            PrivateKeyFile.check(settings.text("privatekey")),
                            settings.findSecret("passphrase"));
            default ->
                    throw new TransportException(
                            Kind.REFUSED, "open destination: authtype must be password or key");
        };
    }
}
