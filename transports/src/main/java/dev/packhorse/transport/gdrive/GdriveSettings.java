package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.net.URI;
import java.time.Duration;

/// One destination at Google Drive. Parameters: `folder` (folders below the drive's root, made when
/// they are missing), and either `client_id`, `client_secret` and `refresh_token`, which the
/// administrator's consent gave, or `service_account`, the path of a key file on this server.
///
/// @param folder one or more names joined by `/`
/// @param login what an access token is got with
/// @param endpoint of the interface, with a slash at its end
/// @param tokenEndpoint that gives access tokens
/// @param timeout how long one step of the protocol may take
record GdriveSettings(
        String folder, GoogleLogin login, URI endpoint, URI tokenEndpoint, Duration timeout) {
    private static final URI SERVICE = URI.create("https://www.googleapis.com/");
    private static final int LONGEST_FOLDER = 1024;

    /// Reads and checks the settings.
    ///
    /// @throws TransportException `REFUSED` naming the parameter that is missing or wrong
    static GdriveSettings of(TransportSettings settings) throws TransportException {
        String folder = settings.folder("folder").replaceAll("^/+", "");
        if (folder.isEmpty() || folder.length() > LONGEST_FOLDER) {
            throw refused("folder must name a folder, in at most 1024 characters");
        }
        URI endpoint = loopback(settings, "endpoint", SERVICE);
        return new GdriveSettings(
                folder,
                login(settings),
                endpoint.getPath().endsWith("/") ? endpoint : URI.create(endpoint + "/"),
                loopback(settings, "token_endpoint", GoogleAuthorisation.TOKEN_ENDPOINT),
                settings.timeout());
    }

    private static GoogleLogin login(TransportSettings settings) throws TransportException {
        if (settings.find("service_account").isEmpty()) {
            return new GoogleLogin.Consent(
                    settings.text("client_id"),
                    settings.secret("client_secret"),
                    settings.secret("refresh_token"));
        }
        if (settings.findSecret("refresh_token").isPresent()) {
            throw refused("service_account and refresh_token exclude each other");
        }
        return ServiceAccountFile.read(settings.text("service_account"));
    }

    /// Tokens and backups go to Google, or to a test on this machine.
    private static URI loopback(TransportSettings settings, String name, URI usual)
            throws TransportException {
        String text = settings.find(name).orElse(usual.toString());
        if (!text.equals(usual.toString())
                && !text.matches("http://127\\.0\\.0\\.1:[0-9]{1,5}(/[A-Za-z0-9/_-]*)?")) {
            throw refused(name + " can only be changed to http://127.0.0.1:PORT");
        }
        return URI.create(text);
    }

    /// Whether an address that the service names may be given content and a token: a host of
    /// Google's interfaces over TLS, or the endpoint's own.
    boolean trusts(URI address) {
        if (address.getUserInfo() != null || address.getHost() == null) {
            return false;
        }
        boolean configured =
                endpoint.getScheme().equals(address.getScheme())
                        && endpoint.getAuthority().equals(address.getAuthority());
        return configured
                || (endpoint.equals(SERVICE)
                        && "https".equals(address.getScheme())
                        && address.getPort() == -1
                        && address.getHost().endsWith(".googleapis.com"));
    }

    private static TransportException refused(String what) {
        return new TransportException(Kind.REFUSED, "open destination: " + what);
    }
}
