package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;

/// A token that was just made, with its value, which is told this once and kept nowhere.
public record CreatedToken(Token token, Secret value) {}
