package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;

/// Bound to its place and nothing else; the real seal has tests of its own.
public final class PlainSealing implements Sealing {
    @Override
    public String seal(Secret secret, String place) {
        return place + "=" + secret.reveal();
    }

    @Override
    public Secret open(String sealed, String place) {
        if (!sealed.startsWith(place + "=")) {
            throw new IllegalArgumentException("sealed for another place");
        }
        return new Secret(sealed.substring(place.length() + 1));
    }
}
