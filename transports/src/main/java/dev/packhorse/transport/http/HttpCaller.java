package dev.packhorse.transport.http;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.tls.PeerTrust;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import dev.packhorse.transport.watch.WatchedInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Calls one HTTP server, so many at a time, each watched and cut off when it is cancelled or
/// stands still. Follows no redirect, since the answer of a stranger could send credentials
/// elsewhere. HTTP/1.1 only: a large upload gains nothing from sharing a connection. The JDK bounds
/// headers. Many threads.
public final class HttpCaller implements AutoCloseable {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final Semaphore permits;

    /// Makes the request of one call.
    @FunctionalInterface
    public interface RequestMaker {
        /// The request, made anew for each call.
        ///
        /// @param progress to be told of every byte of the body
        HttpRequest make(LongConsumer progress) throws IOException;
    }

    /// Reads the answer of one call.
    @FunctionalInterface
    public interface ReplyReader<R> {
        /// Reads an answer of whatever status.
        R read(HttpReply reply) throws IOException;
    }

    /// Makes a caller without connections.
    ///
    /// @param connections the most calls at a time
    /// @throws TransportException `REFUSED` if this JDK has no usable TLS
    public HttpCaller(PeerTrust trust, Duration timeout, int connections)
            throws TransportException {
        this.permits = new Semaphore(connections);
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(
                                timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
                        .sslContext(trust.newContext())
                        .sslParameters(trust.parameters("TLSv1.3", "TLSv1.2"))
                        .build();
    }

    /// Sends a request and reads its answer.
    ///
    /// @param operation for messages, as `put a/b`
    /// @throws TransportException what the reader throws, or of the kind that the broken connection
    ///   stands for
    public <R> R call(
            String operation,
            CallLimits limits,
            Cancellation cancellation,
            RequestMaker maker,
            ReplyReader<R> reader)
            throws TransportException, CancelledException {
        acquire(operation, cancellation);
        Exchange exchange = new Exchange();
        try (CallWatch watch = new CallWatch(limits, cancellation, exchange::cut)) {
            try {
                HttpRequest request = maker.make(watch::progressed);
                HttpResponse<InputStream> response = exchange.send(request);
                watch.progressed(0);
                try (InputStream body = new WatchedInput(response.body(), watch)) {
                    return reader.read(
                            new HttpReply(response.statusCode(), response.headers(), body));
                }
            } catch (IOException e) {
                IOException reason = watch.explain(operation, e);
                if (reason instanceof CancelledException cancelled) {
                    throw cancelled;
                }
                throw HttpErrors.broken(operation, reason);
            }
        } finally {
            permits.release();
        }
    }

    private void acquire(String operation, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            do {
                cancellation.check();
            } while (!permits.tryAcquire(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new TransportException(Kind.UNAVAILABLE, operation + ": interrupted", e);
        }
    }

    /// Ends all calls and closes all connections.
    @Override
    public void close() {
        client.shutdownNow();
    }

    /// One request and its answer; [#cut()] may come from another thread at any moment.
    private final class Exchange {
        private @Nullable CompletableFuture<HttpResponse<InputStream>> future;
        private @Nullable InputStream body;
        private boolean cut;

        HttpResponse<InputStream> send(HttpRequest request) throws IOException {
            CompletableFuture<HttpResponse<InputStream>> sent;
            synchronized (this) {
                if (cut) {
                    throw new IOException("the call was cut off");
                }
                sent = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
                future = sent;
            }
            HttpResponse<InputStream> response = await(sent);
            synchronized (this) {
                body = response.body();
                if (cut) {
                    response.body().close();
                }
            }
            return response;
        }

        private static HttpResponse<InputStream> await(
                CompletableFuture<HttpResponse<InputStream>> sent) throws IOException {
            try {
                return sent.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IOException(e.getCause());
            } catch (CancellationException e) {
                throw new IOException("the call was cut off", e);
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        synchronized void cut() {
            cut = true;
            if (future != null) {
                future.cancel(true);
            }
            if (body != null) {
                try {
                    body.close();
                } catch (IOException _) {
                    // Nobody depends on a body that was cut off.
                }
            }
        }
    }
}
