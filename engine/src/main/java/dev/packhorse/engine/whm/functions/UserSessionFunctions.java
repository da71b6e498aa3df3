package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.TooManySessionsException;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Links that log somebody in: for programs that open a session for a person without knowing the
/// password.
///
/// Source: whmapi1-protocol 2.4 and 7.6; public clients' use of this function.
final class UserSessionFunctions {
    private static final String SERVICE = "whostmgrd";

    private final LoginSessions sessions;
    private final Supplier<String> address;

    /// @param address where this server's port is reached, as `https://host.example:2087`
    UserSessionFunctions(LoginSessions sessions, Supplier<String> address) {
        this.sessions = sessions;
        this.address = address;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "create_user_session",
                                new Permission("create-user-session"),
                                "Makes a link that logs a user in once",
                                required(
                                        "user",
                                        ParameterSpec.Type.TEXT,
                                        "root or a reseller; resellers may only name themselves"),
                                required(
                                                "service",
                                                ParameterSpec.Type.CHOICE,
                                                "Only whostmgrd is served here")
                                        .oneOf("cpaneld", "webmaild", SERVICE),
                                optional(
                                        "locale",
                                        ParameterSpec.Type.TEXT,
                                        "Answered as it is given")),
                        this::create));
    }

    private Answer create(Caller caller, Arguments arguments) throws WhmException {
        String user = arguments.text("user");
        if (!arguments.text("service").equals(SERVICE)) {
            throw WhmException.refused(
                    "This server has no service "
                            + Text.quoted(arguments.text("service"))
                            + "; only “whostmgrd” is served.");
        }
        if (!caller.isRoot() && !caller.user().equals(user)) {
            throw Text.noUser(user);
        }
        return new Answer(
                Optional.of(show(offer(caller, user), arguments)), "Created session", List.of());
    }

    private LoginSessions.Opened offer(Caller caller, String user) throws WhmException {
        try {
            return sessions.offer(caller, user).orElseThrow(() -> Text.noUser(user));
        } catch (IOException e) {
            throw Text.failed("The users of this server cannot be read", e);
        } catch (TooManySessionsException e) {
            WhmException refusal =
                    WhmException.refused(Text.sentence(String.valueOf(e.getMessage())));
            refusal.initCause(e);
            throw refusal;
        }
    }

    private ObjectNode show(LoginSessions.Opened opened, Arguments arguments) {
        String value = opened.value().reveal();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("cp_security_token", opened.securityToken());
        data.put("expires", opened.expiresAt().getEpochSecond());
        arguments.find("locale").ifPresent(locale -> data.put("locale", locale));
        data.put("service", SERVICE);
        data.put("session", value);
        data.put(
                "url",
                address.get()
                        + opened.securityToken()
                        + "/login/?session="
                        + URLEncoder.encode(value, StandardCharsets.UTF_8));
        return data;
    }
}
