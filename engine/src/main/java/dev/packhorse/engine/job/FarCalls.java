package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.TransportTraits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Several calls to a destination at a time. Closing it ends its threads.
final class FarCalls implements AutoCloseable {
    private static final int MOST_AT_ONCE = 4;

    private final ExecutorService threads;

    FarCalls(TransportTraits traits) {
        // Platform threads, since some drivers wait for child processes.
        this.threads =
                Executors.newFixedThreadPool(
                        Math.min(MOST_AT_ONCE, traits.maxConnections()),
                        Thread.ofPlatform().name("far-calls").daemon(true).factory());
    }

    /// Makes all of them.
    ///
    /// @return an answer for each, in their order
    /// @throws IOException that of the first that failed
    <T> List<T> all(List<Callable<T>> calls) throws IOException {
        List<T> answers = new ArrayList<>();
        try {
            for (Future<T> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
        return answers;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
