package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.TransportException;
import java.util.Optional;

/// Finds the failure of a destination behind what a module says of it: the module reads its archive
/// and does not know from where.
final class PassingFailure {
    private static final int DEEPEST = 20;

    private PassingFailure() {}

    /// A failure of a transport that may pass, among an exception and its causes.
    static Optional<TransportException> in(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof TransportException failure) {
                return Optional.of(failure).filter(each -> each.kind().retryable());
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
