package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The login of one key, which lasts a day at most and is made when it is first needed, and the
/// calls that need it. A call that finds the login expired makes one new login. Safe for many
/// threads.
///
/// Source: B2 documentation, b2_authorize_account.
final class B2Account {
    private static final String API = "/b2api/v4/";

    private final BackblazeSettings settings;
    private final B2Http http;
    private final ReentrantLock loggingIn = new ReentrantLock();
    private volatile @Nullable Login login;

    /// @param leastPartBytes the service's own limit for parts but the last
    record Login(URI api, URI download, String token, long leastPartBytes) {
        @Override
        public String toString() {
            return "Login[" + api + "]";
        }
    }

    /// One call, with the login it is to use.
    @FunctionalInterface
    interface Call<R> {
        R make(Login login) throws IOException;
    }

    B2Account(BackblazeSettings settings, B2Http http) {
        this.settings = settings;
        this.http = http;
    }

    /// Calls a function of the interface.
    ///
    /// @param operation what is tried, as `put a/b`, for messages
    /// @param function as `b2_list_file_names`
    JsonNode call(
            String operation, String function, Map<String, ?> input, Cancellation cancellation)
            throws IOException {
        return call(operation, function, input, settings.timeout(), cancellation);
    }

    JsonNode call(
            String operation,
            String function,
            Map<String, ?> input,
            Duration idle,
            Cancellation cancellation)
            throws IOException {
        return loggedIn(
                operation,
                cancellation,
                known -> {
                    HttpRequest request =
                            request(known.api().resolve(API + function), known.token())
                                    .POST(BodyPublishers.ofString(http.text(input)))
                                    .header("Content-Type", "application/json")
                                    .build();
                    return http.ask(operation, request, idle, cancellation);
                });
    }

    /// The address of a file's content.
    static URI contentOf(Login login, String fileId) {
        return login.download().resolve(API + "b2_download_file_by_id?fileId=" + fileId);
    }

    static HttpRequest.Builder request(URI address, String token) {
        return HttpRequest.newBuilder(address).header("Authorization", token);
    }

    /// Makes a call, a second time after a new login if the first one was found to have expired.
    <R> R loggedIn(String operation, Cancellation cancellation, Call<R> call) throws IOException {
        Login known = login(operation, null, cancellation);
        try {
            return call.make(known);
        } catch (B2Failure e) {
            if (!e.isExpired()) {
                throw e;
            }
        }
        return call.make(login(operation, known, cancellation));
    }

    Login login(String operation, Cancellation cancellation) throws IOException {
        return login(operation, null, cancellation);
    }

    /// @param expired the login that is no good any more, null for none
    private Login login(String operation, @Nullable Login expired, Cancellation cancellation)
            throws IOException {
        loggingIn.lock();
        try {
            Login known = login;
            if (known == null || known.equals(expired)) {
                known = logIn(operation, cancellation);
                login = known;
            }
            return known;
        } finally {
            loggingIn.unlock();
        }
    }

    private Login logIn(String operation, Cancellation cancellation) throws IOException {
        String pair = settings.keyId() + ":" + settings.key().reveal();
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        HttpRequest request =
                request(settings.endpoint().resolve(API + "b2_authorize_account"), "Basic " + basic)
                        .GET()
                        .build();
        JsonNode answer = http.ask(operation, request, settings.timeout(), cancellation);
        JsonNode storage = answer.path("apiInfo").path("storageApi");
        return new Login(
                address(operation, storage.path("apiUrl").asString("")),
                address(operation, storage.path("downloadUrl").asString("")),
                token(operation, answer),
                storage.path("absoluteMinimumPartSize").asLong(0));
    }

    static String token(String operation, JsonNode answer) throws TransportException {
        String token = answer.path("authorizationToken").asString("");
        if (!token.matches("[\\x21-\\x7e]{1,4096}")) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the service gave no usable token");
        }
        return token;
    }

    /// An address that the service names, if a token may be sent there.
    URI address(String operation, String text) throws TransportException {
        try {
            URI address = URI.create(text);
            if (settings.trusts(address)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the service names no address", e);
        }
        throw new TransportException(
                Kind.REFUSED, operation + ": the service names an address that is not its own");
    }
}
