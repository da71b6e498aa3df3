package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.Authenticator;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.Login;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.LoginSource;
import dev.packhorse.engine.auth.TooManySessionsException;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Begins, finds and ends sessions: a login by name and password, the link of
/// `create_user_session`, and the logout.
///
/// Source: whmapi1-protocol 2.4.
final class SessionPages {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPages.class);

    /// Names and passwords are short; whoever logs in is not known yet.
    private static final int MOST_LOGIN_BYTES = 16 * 1024;

    private final Authenticator authenticator;
    private final LoginSessions sessions;
    private final ConnectionGuard guard;
    private final ParameterReader parameters = new ParameterReader(MOST_LOGIN_BYTES);

    SessionPages(Authenticator authenticator, LoginSessions sessions, ConnectionGuard guard) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.guard = guard;
    }

    /// Who calls by a cookie and the path's token; empty if they are not those of one session.
    Optional<Caller> caller(String securityToken, Request request, InetAddress from)
            throws IOException {
        for (Secret value : SessionCookie.values(request)) {
            Optional<Caller> caller = sessions.find(securityToken, value, from);
            if (caller.isPresent()) {
                return caller;
            }
        }
        return Optional.empty();
    }

    void serve(
            SessionPath path,
            LoginSource source,
            Request request,
            Response response,
            Callback callback)
            throws BadRequestException, IOException {
        InetAddress from = source.address();
        RawParameters given = parameters.read(request);
        guard.onBodyRead(request);
        switch (path.page()) {
            case LOGIN -> {
                if (given.all("session").isEmpty()) {
                    login(given, source, request, response, callback);
                } else {
                    follow(path, given, from, request, response, callback);
                }
            }
            case LOGOUT -> logout(path, from, request, response, callback);
            case TOP -> top(path, from, request, response, callback);
        }
    }

    private void login(
            RawParameters given,
            LoginSource from,
            Request request,
            Response response,
            Callback callback)
            throws BadRequestException, IOException {
        if (!HttpMethod.POST.is(request.getMethod())) {
            throw new BadRequestException(
                    HttpStatus.BAD_REQUEST_400,
                    "log in by POST with “user” and “pass”: addresses are kept in logs");
        }
        Login login =
                authenticator.authenticate(
                        only(given, "user"),
                        new Secret(only(given, "pass")),
                        given.all("tfa_token").isEmpty() ? "" : only(given, "tfa_token"),
                        from);
        switch (login) {
            case Login.Accepted(Caller caller) -> {
                boolean loginOnly = given.all("login_only").contains("1");
                begin(caller, loginOnly, request, response, callback);
            }
            case Login.LockedOut(Duration time) -> {
                Replies.retryAfter(response, time);
                failed(
                        response,
                        callback,
                        HttpStatus.TOO_MANY_REQUESTS_429,
                        "Too many wrong logins came from this address; try again later.");
            }
            case Login.Refused(), Login.Malformed() ->
                    failed(
                            response,
                            callback,
                            HttpStatus.UNAUTHORIZED_401,
                            "The login is invalid.");
        }
    }

    private void begin(
            Caller caller, boolean loginOnly, Request request, Response response, Callback callback)
            throws IOException {
        try {
            accepted(sessions.open(caller), loginOnly, request, response, callback);
        } catch (TooManySessionsException e) {
            LOG.atWarn().addKeyValue("user", caller.user()).setCause(e).log("no session was made");
            failed(
                    response,
                    callback,
                    HttpStatus.SERVICE_UNAVAILABLE_503,
                    "This server has as many sessions as it keeps; try again later.");
        }
    }

    private static void accepted(
            LoginSessions.Opened opened,
            boolean loginOnly,
            Request request,
            Response response,
            Callback callback) {
        SessionCookie.set(request, response, opened.value());
        String top = opened.securityToken() + "/";
        response.getHeaders().put(HttpHeader.LOCATION, top);
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", 1)
                        .put("redirect", top)
                        .put("security_token", opened.securityToken());
        int status = loginOnly ? HttpStatus.OK_200 : HttpStatus.MOVED_PERMANENTLY_301;
        Replies.tree(response, callback, status, body);
    }

    private static void failed(Response response, Callback callback, int status, String message) {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("status", 0).put("message", message);
        Replies.tree(response, callback, status, body);
    }

    private void follow(
            SessionPath path,
            RawParameters given,
            InetAddress from,
            Request request,
            Response response,
            Callback callback)
            throws BadRequestException, IOException {
        Secret value = new Secret(only(given, "session"));
        if (!sessions.redeem(path.securityToken(), value, from)) {
            Replies.forbidden(request, response, callback, false);
            return;
        }
        SessionCookie.set(request, response, value);
        response.getHeaders().put(HttpHeader.LOCATION, path.securityToken() + "/");
        Replies.tree(
                response,
                callback,
                HttpStatus.MOVED_PERMANENTLY_301,
                JsonNodeFactory.instance.objectNode().put("status", 1));
    }

    private void logout(
            SessionPath path,
            InetAddress from,
            Request request,
            Response response,
            Callback callback)
            throws IOException {
        if (caller(path.securityToken(), request, from).isEmpty()) {
            Replies.forbidden(request, response, callback, false);
            return;
        }
        for (Secret value : SessionCookie.values(request)) {
            sessions.close(path.securityToken(), value);
        }
        SessionCookie.clear(request, response);
        Replies.tree(
                response,
                callback,
                HttpStatus.OK_200,
                JsonNodeFactory.instance.objectNode().put("status", 1));
    }

    private void top(
            SessionPath path,
            InetAddress from,
            Request request,
            Response response,
            Callback callback)
            throws IOException {
        Optional<Caller> caller = caller(path.securityToken(), request, from);
        if (caller.isEmpty()) {
            Replies.forbidden(request, response, callback, false);
            return;
        }
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", 1)
                        .put("user", caller.get().user())
                        .put("api", path.securityToken() + "/json-api/");
        Replies.tree(response, callback, HttpStatus.OK_200, body);
    }

    private static String only(RawParameters given, String name) throws BadRequestException {
        List<String> values = given.all(name);
        if (values.size() != 1) {
            throw new BadRequestException(HttpStatus.BAD_REQUEST_400, "give “" + name + "” once");
        }
        return values.getFirst();
    }
}
