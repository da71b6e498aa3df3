package dev.packhorse.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Looks at the failures of transports.
public final class Failures {
    private Failures() {}

    /// The failure of a call, which must be of a kind and tell none of the secrets, in no message
    /// of it or of its causes.
    public static TransportException of(Kind kind, ThrowingCallable call, String... secrets) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).isInstanceOf(TransportException.class);
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        for (String secret : secrets) {
            assertThat(text.toString()).doesNotContain(secret);
        }
        TransportException known = (TransportException) failure;
        assertThat(known.kind()).as(text.toString()).isEqualTo(kind);
        return known;
    }
}
