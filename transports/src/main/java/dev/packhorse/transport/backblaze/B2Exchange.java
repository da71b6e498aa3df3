package dev.packhorse.transport.backblaze;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// One request and its answer, which any thread may end at any point.
final class B2Exchange {
    private final CompletableFuture<HttpResponse<InputStream>> future;
    private @Nullable InputStream body;
    private boolean aborted;

    B2Exchange(CompletableFuture<HttpResponse<InputStream>> future) {
        this.future = future;
    }

    /// Waits for the head of the answer.
    HttpResponse<InputStream> await() throws IOException {
        HttpResponse<InputStream> response = awaitHead();
        synchronized (this) {
            body = response.body();
            if (!aborted) {
                return response;
            }
        }
        response.body().close();
        throw new IOException("the call was ended");
    }

    private HttpResponse<InputStream> awaitHead() throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } catch (CancellationException e) {
            throw new IOException("the call was ended", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException("the request failed", e.getCause());
        }
    }

    /// Closes the connection unless everything was read; harmless afterwards.
    void abort() {
        InputStream open;
        synchronized (this) {
            aborted = true;
            open = body;
        }
        future.cancel(true);
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
