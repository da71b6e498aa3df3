package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Google as far as a sign-in sees it: gives a token for one code, and keeps what it was asked.
public final class FixedConsent implements GoogleConsent {
    static final String CODE = "4/the-code";
    static final String TOKEN = "1//the-refresh-token";

    final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public URI page(String clientId, URI redirectUri, String state) {
        return URI.create("https://accounts.example/?state=" + state);
    }

    @Override
    public Secret exchange(String clientId, Secret clientSecret, Secret code, URI redirectUri)
            throws IOException {
        asked.add(clientId + " " + clientSecret.reveal() + " " + redirectUri);
        if (!code.reveal().equals(CODE)) {
            throw new IOException("authorise: invalid_grant");
        }
        return new Secret(TOKEN);
    }
}
