package dev.packhorse.engine.http;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.live.LiveEvent;
import dev.packhorse.engine.live.Subscription;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /events`: what happens, as server-sent events, until the client goes, is too slow, or may
/// not see it any more. Root sees everything; others see what is about accounts they own. Safe for
/// many threads; a stream keeps a virtual thread, and nothing else waits for its client.
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /// The path.
    static final String PATH = "/events";

    private static final String MAY_LISTEN = "list-accts";
    private static final int MOST_STREAMS = 32;
    private static final int MOST_OF_ONE = 8;
    private static final int LONGEST_ID = 64;

    private final EventSource source;

    /// Streams by user. Guarded by itself.
    private final Map<String, Integer> open = new HashMap<>();

    EventStream(EventSource source) {
        this.source = source;
    }

    /// Judges the login again; empty once it is not good any more.
    @FunctionalInterface
    interface LoginAgain {
        Optional<Caller> judge() throws IOException, BadRequestException;
    }

    /// Serves a caller who is known.
    ///
    /// @throws BadRequestException before anything is sent: no right, or too many streams
    /// @throws ClientGoneException if the client has gone
    void serve(
            Caller caller, LoginAgain again, Request request, Response response, Callback callback)
            throws BadRequestException, ClientGoneException {
        if (!caller.has(MAY_LISTEN)) {
            throw new BadRequestException(
                    HttpStatus.FORBIDDEN_403, "events need the right " + MAY_LISTEN);
        }
        String last = request.getHeaders().get("Last-Event-ID");
        Optional<String> after = Optional.ofNullable(last).filter(id -> !id.isEmpty());
        if (after.isPresent() && after.get().length() > LONGEST_ID) {
            throw new BadRequestException(HttpStatus.BAD_REQUEST_400, "Last-Event-ID is too long");
        }
        enter(caller.user(), response);
        try (Subscription events = source.feed().subscribe(after)) {
            response.setStatus(HttpStatus.OK_200);
            Replies.setHeaders(response, "text/event-stream");
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            response.getHeaders().put("X-Accel-Buffering", "no");
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                write(out, "retry: 3000\n\n");
                stream(caller, again, events, out);
            }
        } catch (IOException e) {
            throw new ClientGoneException(e);
        } finally {
            leave(caller.user());
        }
        callback.succeeded();
    }

    private void stream(Caller first, LoginAgain again, Subscription events, OutputStream out)
            throws IOException, BadRequestException {
        Caller caller = first;
        long judged = System.nanoTime();
        while (!events.isOver()) {
            Optional<LiveEvent> event = events.next(source.heartbeat());
            // A token that was revoked must not go on listening.
            if (System.nanoTime() - judged >= source.heartbeat().toNanos()) {
                Optional<Caller> now = again.judge().filter(found -> found.has(MAY_LISTEN));
                if (now.isEmpty()) {
                    return;
                }
                caller = now.get();
                judged = System.nanoTime();
            }
            if (event.isEmpty()) {
                write(out, ":\n\n");
            } else if (caller.isRoot()) {
                write(out, text(event.get(), event.get().whole()));
            } else if (mayKnow(caller, event.get())) {
                write(out, text(event.get(), event.get().reduced()));
            }
        }
    }

    /// Whose a damaged account is nobody can tell: its events are root's, and the stream goes on.
    private boolean mayKnow(Caller caller, LiveEvent event) {
        if (event.subject().isEmpty()) {
            return true;
        }
        String subject = event.subject().get();
        if (caller.user().equals("root") || !AccountName.isValid(subject)) {
            return false;
        }
        try {
            return source.owners().mayActOn(caller, new AccountName(subject));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("account", subject)
                    .addKeyValue("user", caller.user())
                    .setCause(e)
                    .log("an event is not told: the account's owner cannot be read");
            return false;
        }
    }

    private static String text(LiveEvent event, String data) {
        StringBuilder text = new StringBuilder(data.length() + 80);
        event.id().ifPresent(id -> text.append("id: ").append(id).append('\n'));
        text.append("event: ").append(event.name()).append('\n');
        // JSON as we write it has no line breaks.
        return text.append("data: ").append(data).append("\n\n").toString();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void enter(String user, Response response) throws BadRequestException {
        synchronized (open) {
            int all = open.values().stream().mapToInt(Integer::intValue).sum();
            int own = open.getOrDefault(user, 0);
            if (all >= MOST_STREAMS || own >= MOST_OF_ONE) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, "30");
                throw new BadRequestException(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        "too many event streams are open; at most "
                                + MOST_OF_ONE
                                + " of one user and "
                                + MOST_STREAMS
                                + " in all");
            }
            open.put(user, own + 1);
        }
    }

    private void leave(String user) {
        synchronized (open) {
            open.computeIfPresent(user, (_, count) -> count > 1 ? count - 1 : null);
        }
    }
}
