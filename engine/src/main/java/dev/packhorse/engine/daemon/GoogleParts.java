package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.GoogleSignIn;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.http.HttpServerHandle;
import dev.packhorse.engine.http.HttpSettings;
import dev.packhorse.engine.whm.functions.GoogleAccess;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What consents at Google need, made once. Safe for many threads.
final class GoogleParts {
    private final GoogleCredentials credentials;
    private final GoogleSignIn signIn;
    private final GooglePage page;
    private final String hostName;
    private volatile @Nullable HttpServerHandle http;

    private GoogleParts(GoogleCredentials credentials, GoogleSignIn signIn, String hostName) {
        this.credentials = credentials;
        this.signIn = signIn;
        this.page = new GooglePage(signIn);
        this.hostName = hostName;
    }

    static GoogleParts of(Path state, SecretSeal seal, Drivers drivers, String hostName) {
        GoogleCredentials credentials =
                new GoogleCredentials(state.resolve(GoogleCredentials.FOLDER), seal);
        return new GoogleParts(
                credentials,
                new GoogleSignIn(drivers.google(), credentials, InstantSource.system()),
                hostName);
    }

    GoogleCredentials credentials() {
        return credentials;
    }

    GooglePage page() {
        return page;
    }

    GoogleAccess access() {
        return new GoogleAccess(signIn, credentials, page.path(), this::address);
    }

    /// Called before the port opens.
    void servedBy(HttpServerHandle handle) {
        http = handle;
    }

    /// A port that only this machine reaches is one that an administrator's browser has a tunnel
    /// to; any other is reached by the server's name.
    private URI address() {
        HttpServerHandle open =
                Objects.requireNonNull(http, "functions are called through the port");
        String host = HttpSettings.isLoopback(open.address().host()) ? "localhost" : hostName;
        return URI.create(open.uri().getScheme() + "://" + host + ":" + open.address().port());
    }
}
