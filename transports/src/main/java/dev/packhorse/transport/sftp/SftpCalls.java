package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;

/// Calls over the connections of a pool, whose failures come out in the words of the seam. Safe for
/// many threads.
///
/// @param pool lends the connections
record SftpCalls(SftpPool pool) {
    /// Runs one step that nobody cancels.
    <R> R uncancelled(String operation, FilesCall<R> call) throws TransportException {
        try {
            return with(
                    operation,
                    Cancellation.never(),
                    connection ->
                            connection.step(
                                    operation,
                                    Cancellation.never(),
                                    (files, _) -> call.run(files)));
        } catch (CancelledException e) {
            throw new IllegalStateException("cancelled without a cancellation", e);
        }
    }

    /// Lends a connection of the pool to a call.
    <R> R with(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        try {
            SftpConnection connection = pool.take(cancellation);
            try {
                return call.run(connection);
            } finally {
                pool.give(connection);
            }
        } catch (IOException e) {
            throw sorted(operation, e);
        }
    }

    /// The failure in the words of the seam.
    static TransportException sorted(String operation, IOException failure)
            throws CancelledException {
        return switch (SftpErrors.of(operation, failure)) {
            case CancelledException cancelled -> throw cancelled;
            case TransportException known -> known;
            case IOException other -> throw new IllegalStateException("not sorted", other);
        };
    }

    /// What is done with a connection of the pool.
    @FunctionalInterface
    interface Call<R> {
        R run(SftpConnection connection) throws IOException;
    }

    /// What is asked of the server in one step.
    @FunctionalInterface
    interface FilesCall<R> {
        R run(SftpFiles files) throws IOException;
    }
}
