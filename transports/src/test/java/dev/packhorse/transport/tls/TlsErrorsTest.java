package dev.packhorse.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsErrorsTest {
    private static final String BROKEN = "Remote host terminated the handshake";

    static Stream<Throwable> broken() {
        return Stream.of(
                new EOFException("SSL peer shut down incorrectly"),
                new SSLException("Tag mismatch"),
                new SSLHandshakeException(BROKEN),
                new SSLHandshakeException(BROKEN, new EOFException()),
                new SSLHandshakeException(BROKEN, new SocketException("Connection reset")),
                new SSLHandshakeException(BROKEN, new SSLException("closed")),
                new SSLHandshakeException(BROKEN, new SSLProtocolException("out of turn")),
                new IOException(new SSLHandshakeException(BROKEN, new SSLException("closed"))),
                new SSLHandshakeException("Received fatal alert: internal_error"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aLineThatBreaksMayHoldAtAnotherTry(Throwable failure) {
        assertThat(TlsErrors.isRefusal(failure)).isFalse();
    }

    static Stream<Throwable> refused() {
        return Stream.of(
                new SSLPeerUnverifiedException("no such name"),
                new SSLHandshakeException("it failed", new CertificateException("another pin")),
                new IOException(
                        new SSLHandshakeException(BROKEN, new CertificateException("another pin"))),
                new SSLHandshakeException("No appropriate protocol"),
                new SSLException("Unsupported or unrecognized SSL message"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aPeerThatIsNotTheRightOneStaysSo(Throwable failure) {
        assertThat(TlsErrors.isRefusal(failure)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Received fatal alert: handshake_failure",
                "Received fatal alert: protocol_version",
                "(certificate_required) Received fatal alert: certificate_required"
            })
    void alertsThatSpeakOfThePeerAreFinal(String message) {
        assertThat(TlsErrors.isRefusal(new SSLHandshakeException(message))).isTrue();
    }
}
