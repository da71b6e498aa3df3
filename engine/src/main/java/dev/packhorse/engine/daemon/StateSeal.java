package dev.packhorse.engine.daemon;

import dev.packhorse.engine.auth.Sealing;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.transport.spi.Secret;

/// Seals what logins keep by the seal of the destinations' secrets: one key to look after.
record StateSeal(SecretSeal seal) implements Sealing {
    @Override
    public String seal(Secret secret, String place) {
        return seal.seal(secret, place);
    }

    @Override
    public Secret open(String sealed, String place) {
        return seal.open(sealed, place);
    }
}
