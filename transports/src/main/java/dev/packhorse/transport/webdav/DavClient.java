package dev.packhorse.transport.webdav;

import dev.packhorse.transport.http.HttpCaller;
import dev.packhorse.transport.http.HttpErrors;
import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.LongConsumer;

/// The requests of WebDAV, each as one call for one operation.
///
/// Source: RFC 4918.
///
/// @param folderMaking held by the one call that makes folders: servers lock a folder that somebody
///   works in
/// @param operation for messages, as `put a/b`
record DavClient(
        HttpCaller caller,
        DavAuth auth,
        DavPlaces places,
        Lock folderMaking,
        Duration timeout,
        String operation,
        Cancellation cancellation) {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);
    private static final String PROPERTIES =
            """
            <?xml version="1.0" encoding="utf-8"?>
            <D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/>\
            <D:getlastmodified/>%s</D:prop></D:propfind>
            """;
    private static final String FACTS = PROPERTIES.formatted("");
    private static final String QUOTA =
            PROPERTIES.formatted("<D:quota-available-bytes/><D:quota-used-bytes/>");

    /// What is done with each entry of a folder.
    @FunctionalInterface
    interface EntryVisitor {
        /// Takes one entry; false ends the listing.
        boolean visit(DavEntry entry) throws IOException;
    }

    DavClient within(Cancellation other, Duration limit) {
        Duration shorter = timeout.compareTo(limit) < 0 ? timeout : limit;
        return new DavClient(caller, auth, places, folderMaking, shorter, operation, other);
    }

    /// Limits for an answer that is long.
    static CallLimits receiving(Duration timeout) {
        return new CallLimits(
                timeout, CallLimits.TRANSFER.window(), CallLimits.TRANSFER.floorBytesPerSecond());
    }

    /// The facts of a path, empty if there is nothing.
    Optional<DavEntry> find(String path) throws TransportException, CancelledException {
        return propfind(places.file(path), path, FACTS);
    }

    Optional<DavEntry> quota(String path) throws TransportException, CancelledException {
        return propfind(places.folder(path), path, QUOTA);
    }

    private Optional<DavEntry> propfind(URI address, String path, String body)
            throws TransportException, CancelledException {
        return send(
                "PROPFIND",
                address,
                Map.of("Depth", "0", "Content-Type", "application/xml; charset=utf-8"),
                body,
                reply -> {
                    if (reply.status() == 404 || reply.status() == 410) {
                        reply.drain();
                        return Optional.empty();
                    }
                    if (isFolderRedirect(address, reply)) {
                        return Optional.of(new DavEntry(path, true, -1, Optional.empty(), -1, -1));
                    }
                    DavEntry entry = multistatus(reply).next();
                    reply.drain();
                    return Optional.ofNullable(entry);
                });
    }

    /// Some servers point to the name with a slash when a folder is asked for without. What host
    /// and port they call themselves does not matter: nothing is followed.
    private static boolean isFolderRedirect(URI address, HttpReply reply) {
        Optional<String> location = reply.header("Location").map(String::strip);
        if (!REDIRECTS.contains(reply.status())
                || location.isEmpty()
                || !location.get().endsWith("/")
                || address.getRawPath().endsWith("/")) {
            return false;
        }
        return DavPlaces.pathOf(location.get()).equals(DavPlaces.pathOf(address.getRawPath()));
    }

    private MultistatusReader multistatus(HttpReply reply) throws IOException {
        if (reply.status() != 207) {
            throw HttpErrors.status(operation, reply);
        }
        return new MultistatusReader(reply.body());
    }

    /// Gives each entry of a folder, the folder's own included, as it arrives.
    ///
    /// @return false if there is no such folder
    boolean list(String path, EntryVisitor visitor) throws TransportException, CancelledException {
        return send(
                "PROPFIND",
                places.folder(path),
                Map.of("Depth", "1", "Content-Type", "application/xml; charset=utf-8"),
                _ -> BodyPublishers.ofString(FACTS),
                true,
                receiving(timeout),
                reply -> {
                    if (reply.status() == 404 || reply.status() == 410) {
                        return false;
                    }
                    MultistatusReader entries = multistatus(reply);
                    for (DavEntry entry = entries.next(); entry != null; entry = entries.next()) {
                        if (!visitor.visit(entry)) {
                            return true;
                        }
                    }
                    return true;
                });
    }

    /// Makes a folder and those above it where they are missing. Whoever comes second when two make
    /// one folder at a time is refused in many ways, so a refusal is followed by a look.
    void makeFolder(String path) throws TransportException, CancelledException {
        if (isFolder(path)) {
            return;
        }
        lockFolderMaking();
        try {
            makeMissing(path);
        } finally {
            folderMaking.unlock();
        }
    }

    private void lockFolderMaking() throws TransportException, CancelledException {
        try {
            do {
                cancellation.check();
            } while (!folderMaking.tryLock(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new TransportException(Kind.UNAVAILABLE, operation + ": interrupted", e);
        }
    }

    private void makeMissing(String path) throws TransportException, CancelledException {
        if (isFolder(path)) {
            return;
        }
        try {
            int code = status("MKCOL", places.folder(path), Map.of());
            if ((code == 409 || code == 404) && path.lastIndexOf('/') > 0) {
                makeMissing(path.substring(0, path.lastIndexOf('/')));
                code = status("MKCOL", places.folder(path), Map.of());
            }
            if (code / 100 != 2 && !isFolder(path)) {
                throw new TransportException(
                        code == 405 ? Kind.REFUSED : Kind.UNAVAILABLE,
                        operation + ": no folder " + path + ": the server answered " + code);
            }
        } catch (TransportException e) {
            if (e.kind().retryable() || !isFolder(path)) {
                throw e;
            }
        }
    }

    private boolean isFolder(String path) throws TransportException, CancelledException {
        return find(path).filter(DavEntry::folder).isPresent();
    }

    /// Sends a request without a body whose status alone is of interest; those of success, 404,
    /// 405, 409 and 412 are returned, others thrown.
    int status(String method, URI address, Map<String, String> headers)
            throws TransportException, CancelledException {
        return send(
                method,
                address,
                headers,
                "",
                reply -> {
                    reply.drain();
                    boolean told =
                            switch (reply.status()) {
                                case 200, 201, 202, 204, 404, 405, 409, 412 -> true;
                                default -> false;
                            };
                    if (!told) {
                        throw HttpErrors.status(operation, reply);
                    }
                    return reply.status();
                });
    }

    private <R> R send(
            String method,
            URI address,
            Map<String, String> headers,
            String body,
            HttpCaller.ReplyReader<R> reader)
            throws TransportException, CancelledException {
        BodyPublisher publisher =
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return send(
                method, address, headers, _ -> publisher, true, CallLimits.idle(timeout), reader);
    }

    /// Sends a request, and once more when the server asks for credentials.
    ///
    /// @param again whether the body can be sent again
    <R> R send(
            String method,
            URI address,
            Map<String, String> headers,
            Function<LongConsumer, BodyPublisher> body,
            boolean again,
            CallLimits limits,
            HttpCaller.ReplyReader<R> reader)
            throws TransportException, CancelledException {
        for (int tries = 1; ; tries++) {
            boolean last = tries == 2;
            Optional<String> credentials = auth.header(method, address.getRawPath());
            Optional<Answer<R>> answer =
                    caller.call(
                            operation,
                            limits,
                            cancellation,
                            progress -> {
                                HttpRequest.Builder request =
                                        HttpRequest.newBuilder(address)
                                                .method(method, body.apply(progress));
                                headers.forEach(request::setHeader);
                                credentials.ifPresent(
                                        value -> request.setHeader("Authorization", value));
                                return request.build();
                            },
                            reply -> {
                                if (reply.status() == 401
                                        && !last
                                        && auth.learn(reply, credentials.isPresent())) {
                                    reply.drain();
                                    return Optional.empty();
                                }
                                return Optional.of(new Answer<>(reader.read(reply)));
                            });
            if (answer.isPresent()) {
                return answer.get().value();
            }
            if (!again) {
                throw new TransportException(
                        Kind.UNAVAILABLE, operation + ": the server wants to be asked anew");
            }
        }
    }

    private record Answer<R>(R value) {}
}
