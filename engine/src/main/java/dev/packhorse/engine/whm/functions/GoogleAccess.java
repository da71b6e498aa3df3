package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.GoogleSignIn;
import java.net.URI;
import java.util.function.Supplier;

/// What consents at Google need.
///
/// @param signIn sign-ins under way
/// @param credentials what was consented to
/// @param path of the page that Google sends browsers back to
/// @param address how browsers are thought to reach this server's port
public record GoogleAccess(
        GoogleSignIn signIn, GoogleCredentials credentials, String path, Supplier<URI> address) {}
