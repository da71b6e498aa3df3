package dev.packhorse.transport.tls;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Tells a refused peer from a broken line: both come out of the JDK as [SSLException].
public final class TlsErrors {
    private TlsErrors() {}

    /// True when the failure, or what caused it, is a certificate, name or protocol version that
    /// will be no better at another try.
    public static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLPeerUnverifiedException
                    || cause instanceof java.security.cert.CertificateException) {
                return true;
            }
            if (cause instanceof SSLHandshakeException && !isBrokenLine(cause.getCause())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBrokenLine(@Nullable Throwable cause) {
        return cause instanceof EOFException
                || cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || (cause instanceof IOException && !(cause instanceof SSLException));
    }
}
