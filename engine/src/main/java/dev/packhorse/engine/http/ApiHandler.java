package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.Authenticator;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.Login;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.LoginSource;
import dev.packhorse.engine.whm.BatchMemory;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every request: who calls, then what with, then the call. The order matters: nothing of a body is
/// parsed for a caller who is not known.
final class ApiHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

    /// Source: whmapi1-protocol 2.3.
    private static final String CODE_HEADER = "X-CPANEL-OTP";

    /// When to call again while the store is away.
    private static final Duration STORE_BACK = Duration.ofSeconds(29);

    private final Authenticator authenticator;
    private final SessionPages sessions;
    private final Dispatcher dispatcher;
    private final Map<String, BrowserPage> pages;
    private final Map<String, MonitoringPage> monitoring;
    private final EventStream events;
    private final LogPages logs;
    private final ParameterReader parameters;
    private final ConnectionGuard guard;
    private final ClientAddress clients;

    ApiHandler(
            Authenticator authenticator,
            LoginSessions sessions,
            Dispatcher dispatcher,
            ServedPages pages,
            HttpLimits limits,
            ConnectionGuard guard,
            ClientAddress clients) {
        this.clients = clients;
        this.authenticator = authenticator;
        this.sessions = new SessionPages(authenticator, sessions, guard);
        this.dispatcher = dispatcher;
        this.pages =
                pages.browser().stream()
                        .collect(Collectors.toMap(BrowserPage::path, Function.identity()));
        this.monitoring =
                pages.monitoring().stream()
                        .collect(Collectors.toMap(MonitoringPage::path, Function.identity()));
        this.events = new EventStream(pages.events());
        this.logs = new LogPages(pages.logs());
        this.parameters = new ParameterReader(limits.body().bytes());
        this.guard = guard;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback)
            throws IOException {
        guard.onRequest(request);
        try {
            serve(request, response, callback);
        } catch (BadRequestException e) {
            log(request, "", "", e.status());
            e.retryAfter().ifPresent(time -> Replies.retryAfter(response, time));
            Replies.error(response, callback, e.status(), String.valueOf(e.getMessage()));
        } catch (ClientGoneException e) {
            LOG.atDebug().setCause(e).log("client gone");
            callback.failed(e);
        }
        return true;
    }

    private void serve(Request request, Response response, Callback callback)
            throws BadRequestException, IOException {
        checkMethod(request, response);
        String decoded = path(request.getHttpURI());
        BrowserPage page = pages.get(decoded);
        if (page != null) {
            show(page, request, response, callback);
            return;
        }
        MonitoringPage monitored = monitoring.get(decoded);
        if (monitored != null) {
            monitor(monitored, request, response, callback);
            return;
        }
        Optional<SessionPath> session = SessionPath.parse(decoded);
        if (session.isPresent()) {
            sessions.serve(session.get(), clients.of(request), request, response, callback);
            return;
        }
        Optional<LivePath> live = LivePath.parse(decoded);
        if (live.isPresent()) {
            follow(live.get(), request, response, callback);
            return;
        }
        Optional<ApiPath> path = ApiPath.parse(decoded);
        if (path.isEmpty()) {
            throw new BadRequestException(
                    HttpStatus.NOT_FOUND_404, "nothing is here; the API is at /json-api/FUNCTION");
        }
        switch (login(path.get().securityToken(), request)) {
            case Login.Refused() -> {
                log(request, path.get().function(), "", HttpStatus.FORBIDDEN_403);
                Replies.forbidden(request, response, callback, path.get().isXml());
            }
            case Login.LockedOut(Duration time) -> throw BadRequestException.lockedOut(time);
            case Login.Malformed() ->
                    throw new BadRequestException(
                            HttpStatus.BAD_REQUEST_400,
                            "the Authorization header holds control characters");
            case Login.Accepted(Caller caller) ->
                    call(caller, path.get(), request, response, callback);
        }
    }

    /// The path, decoded. Empty parts are refused, since others could read such a path otherwise;
    /// but for the one before a call, as clients send it that join an address which ends in a slash
    /// with a path.
    private static String path(HttpURI uri) throws BadRequestException {
        if (!uri.hasViolation(UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT)) {
            return uri.getDecodedPath();
        }
        return ApiPath.afterEmptyPart(uri.getPath())
                .orElseThrow(() ->
                        new BadRequestException(
                                HttpStatus.BAD_REQUEST_400, "the path has empty parts (“//”)"));
    }

    /// Only a GET is answered: a form of another site cannot send one unseen with a body, and no
    /// login is looked at, so none can be misused.
    private void show(BrowserPage page, Request request, Response response, Callback callback)
            throws BadRequestException, IOException {
        if (!HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET");
            throw new BadRequestException(
                    HttpStatus.METHOD_NOT_ALLOWED_405, "this page is only read");
        }
        RawParameters query = parameters.read(request);
        guard.onBodyRead(request);
        BrowserPage.Answer answer = page.answer(query);
        log(request, page.path(), "", answer.status());
        Replies.page(response, callback, answer);
    }

    /// A page that is not open needs root's login in the header, as every call of the API that only
    /// root may make.
    private void monitor(MonitoringPage page, Request request, Response response, Callback callback)
            throws BadRequestException, IOException {
        if (!HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET");
            throw new BadRequestException(
                    HttpStatus.METHOD_NOT_ALLOWED_405, "this page is only read");
        }
        if (!page.isOpen() && !mayMonitor(request)) {
            log(request, page.path(), "", HttpStatus.FORBIDDEN_403);
            Replies.forbidden(request, response, callback, false);
            return;
        }
        MonitoringPage.Answer answer = page.answer();
        log(request, page.path(), "", answer.status());
        Replies.monitoring(response, callback, answer);
    }

    /// Events and logs, with the login of any other call.
    private void follow(LivePath path, Request request, Response response, Callback callback)
            throws BadRequestException, IOException {
        if (!HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET");
            throw new BadRequestException(
                    HttpStatus.METHOD_NOT_ALLOWED_405, "this page is only read");
        }
        Optional<Caller> caller = caller(path.securityToken(), request);
        boolean isEvents = path.page().equals(EventStream.PATH);
        if (caller.isEmpty() || (!isEvents && !caller.get().isRoot())) {
            log(request, path.page(), "", HttpStatus.FORBIDDEN_403);
            Replies.forbidden(request, response, callback, false);
            return;
        }
        RawParameters query = parameters.read(request);
        guard.onBodyRead(request);
        log(request, path.page(), caller.get().user(), HttpStatus.OK_200);
        if (isEvents) {
            EventStream.LoginAgain again = () -> again(path.securityToken(), request);
            events.serve(caller.get(), again, request, response, callback);
        } else {
            String rest = path.page().substring(LogPages.PREFIX.length());
            logs.serve(rest, query, request, response, callback);
        }
    }

    private Optional<Caller> caller(String securityToken, Request request)
            throws BadRequestException, IOException {
        return accepted(login(securityToken, request));
    }

    /// A code is good for one login; what came of that one goes on. Nothing can be answered any
    /// more, so whoever is not let in is just gone.
    private Optional<Caller> again(String securityToken, Request request)
            throws BadRequestException, IOException {
        String credentials = credentials(request);
        LoginSource from = clients.of(request);
        if (credentials.isBlank()) {
            return sessions.caller(securityToken, request, from.address());
        }
        return authenticator.authenticateAgain(credentials, from)
                        instanceof Login.Accepted(Caller caller)
                ? Optional.of(caller)
                : Optional.empty();
    }

    private static Optional<Caller> accepted(Login login) throws BadRequestException {
        return switch (login) {
            case Login.Accepted(Caller caller) -> Optional.of(caller);
            case Login.LockedOut(Duration time) -> throw BadRequestException.lockedOut(time);
            case Login.Refused(), Login.Malformed() -> Optional.empty();
        };
    }

    /// A token of root's that has no other right than this one will do: monitoring needs no more.
    private boolean mayMonitor(Request request) throws BadRequestException, IOException {
        return accepted(
                        authenticator.authenticate(
                                credentials(request), code(request), clients.of(request)))
                .filter(caller -> caller.user().equals("root") && caller.has(MonitoringPage.ACL))
                .isPresent();
    }

    /// By the header if there is one, else by the session of cookie and path.
    private Login login(String securityToken, Request request)
            throws BadRequestException, IOException {
        String credentials = credentials(request);
        LoginSource from = clients.of(request);
        if (credentials.isBlank() && !securityToken.isEmpty()) {
            return sessions.caller(securityToken, request, from.address())
                    .<Login>map(Login.Accepted::new)
                    .orElseGet(Login.Refused::new);
        }
        return authenticator.authenticate(credentials, code(request), from);
    }

    private void call(
            Caller caller, ApiPath path, Request request, Response response, Callback callback)
            throws BadRequestException, IOException {
        RawParameters raw = parameters.read(request);
        guard.onBodyRead(request);
        try (BatchMemory.Share share = dispatcher.memory().share()) {
            Replies.send(
                    request,
                    response,
                    callback,
                    answer(caller, path, raw, share, request, response));
        }
    }

    /// Nothing but what is given back holds the reply any more.
    private Replies.Body answer(
            Caller caller,
            ApiPath path,
            RawParameters raw,
            BatchMemory.Share share,
            Request request,
            Response response)
            throws IOException {
        Reply reply = dispatcher.call(caller, path.function(), raw, share);
        int status = reply.storeFailed() ? HttpStatus.SERVICE_UNAVAILABLE_503 : HttpStatus.OK_200;
        log(request, path.function(), caller.user(), status);
        response.setStatus(status);
        if (reply.storeFailed()) {
            Replies.retryAfter(response, STORE_BACK);
        }
        return share.isLong()
                ? Replies.Body.made(reply, path.isXml(), share)
                : Replies.Body.streamed(reply, path.isXml());
    }

    /// A GET with a body is refused: proxies disagree on where its next request begins.
    private static void checkMethod(Request request, Response response) throws BadRequestException {
        boolean get = HttpMethod.GET.is(request.getMethod());
        if (!get && !HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, POST");
            throw new BadRequestException(
                    HttpStatus.METHOD_NOT_ALLOWED_405, "only GET and POST are served");
        }
        boolean hasBody =
                request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                        || request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > 0;
        if (get && hasBody) {
            throw new BadRequestException(
                    HttpStatus.BAD_REQUEST_400, "a GET request must not have a body");
        }
    }

    private static String credentials(Request request) throws BadRequestException {
        return only(request, HttpHeader.AUTHORIZATION.asString());
    }

    private static String code(Request request) throws BadRequestException {
        return only(request, CODE_HEADER).strip();
    }

    private static String only(Request request, String header) throws BadRequestException {
        List<String> values = request.getHeaders().getValuesList(header);
        if (values.size() > 1) {
            throw new BadRequestException(
                    HttpStatus.BAD_REQUEST_400, "more than one " + header + " header");
        }
        return values.isEmpty() ? "" : values.getFirst();
    }

    private static void log(Request request, String function, String user, int status) {
        LOG.atDebug()
                .addKeyValue("method", request.getMethod())
                .addKeyValue("function", printable(function))
                .addKeyValue("user", user)
                .addKeyValue("status", status)
                .log("call");
    }

    private static String printable(String function) {
        String cut = function.length() > 64 ? function.substring(0, 64) : function;
        return cut.replaceAll("[^A-Za-z0-9_-]", "?");
    }
}
