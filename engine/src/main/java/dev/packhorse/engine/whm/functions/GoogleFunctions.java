package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.GoogleSignIn;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The consent of an administrator to backups in their Google Drive. `address` is Packhorse's own:
/// Google sends the browser back to the address that the browser itself must be able to reach.
///
/// Source: functions.json; where the answer carries the address is not documented.
final class GoogleFunctions {
    private static final ParameterSpec CLIENT_ID =
            required("client_id", ParameterSpec.Type.TEXT, "The OAuth client of Google Drive");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{1,512}");
    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(https://[A-Za-z0-9.-]{1,253}|http://(localhost|127\\.0\\.0\\.1))"
                            + "(:[0-9]{1,5})?/?");

    private final GoogleAccess google;

    GoogleFunctions(GoogleAccess google) {
        this.google = google;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_generate_google_oauth_uri",
                                Permission.ROOT,
                                "Gives the page on which to consent to backups in Google Drive",
                                CLIENT_ID,
                                required(
                                        "client_secret",
                                        ParameterSpec.Type.SECRET,
                                        "The secret of that client"),
                                optional(
                                        "address",
                                        ParameterSpec.Type.TEXT,
                                        "How the browser reaches this port, as"
                                                + " https://host.example:2087")),
                        this::generate),
                new WhmFunction(
                        FunctionSpec.of(
                                "backup_does_client_id_have_google_credentials",
                                Permission.ROOT,
                                "Tells whether somebody consented to backups in Google Drive",
                                CLIENT_ID),
                        this::exists));
    }

    private Answer generate(Caller caller, Arguments arguments) throws WhmException {
        String clientId = clientId(arguments);
        String secret = arguments.text("client_secret").strip();
        if (!SECRET.matcher(secret).matches()) {
            throw Text.badValue("client_secret", "it must have 1 to 512 visible ASCII characters");
        }
        URI redirect = address(arguments).resolve(google.path());
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("uri", google.signIn().begin(clientId, new Secret(secret), redirect).toString());
        data.put("redirect_uri", redirect.toString());
        data.put("valid_seconds", GoogleSignIn.LIFE.toSeconds());
        return Answer.ok(data);
    }

    private URI address(Arguments arguments) throws WhmException {
        String given = arguments.find("address").map(String::strip).orElse("");
        if (given.isEmpty()) {
            return google.address().get();
        }
        if (!ADDRESS.matcher(given).matches()) {
            throw Text.badValue(
                    "address",
                    "Google sends browsers only to https://HOST:PORT or http://localhost:PORT");
        }
        return URI.create(given);
    }

    private Answer exists(Caller caller, Arguments arguments) throws WhmException {
        String clientId = clientId(arguments);
        try {
            ObjectNode data = JsonNodeFactory.instance.objectNode();
            data.put("exists", google.credentials().find(clientId).isPresent() ? 1 : 0);
            return Answer.ok(data);
        } catch (IOException e) {
            throw Text.failed("The credentials cannot be read", e);
        }
    }

    private static String clientId(Arguments arguments) throws WhmException {
        String id = arguments.text("client_id").strip();
        if (!GoogleCredentials.isClientId(id)) {
            throw Text.badValue("client_id", "it must have 1 to 256 visible ASCII characters");
        }
        return id;
    }
}
