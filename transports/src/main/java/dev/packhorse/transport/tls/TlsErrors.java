package dev.packhorse.transport.tls;

import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Tells a refused peer from a broken line: both come out of the JDK as [SSLException].
public final class TlsErrors {
    private static final String ALERT = "Received fatal alert: ";
    private static final String PLAIN_TEXT = "Unsupported or unrecognized SSL message";

    /// What a line that breaks while the peers agree is called by the JDK, whatever broke it.
    private static final String BROKEN = "Remote host terminated the handshake";

    /// The alerts that say what this peer will never take. Source: RFC 8446 section 6.2.
    private static final Set<String> FINAL_ALERTS =
            Set.of(
                    "handshake_failure",
                    "protocol_version",
                    "insufficient_security",
                    "bad_certificate",
                    "unsupported_certificate",
                    "certificate_revoked",
                    "certificate_expired",
                    "certificate_unknown",
                    "certificate_required",
                    "unknown_ca",
                    "access_denied",
                    "unrecognized_name",
                    "no_application_protocol");

    private TlsErrors() {}

    /// True when the failure, or what caused it, is a certificate, name or protocol version that
    /// will be no better at another try.
    public static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (refuses(cause)) {
                return true;
            }
        }
        return false;
    }

    /// The same of this failure alone, whatever caused it.
    public static boolean refuses(Throwable failure) {
        return failure instanceof SSLPeerUnverifiedException
                || failure instanceof GeneralSecurityException
                || (failure instanceof SSLException tls && isFinal(tls));
    }

    private static boolean isFinal(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        int alert = message.indexOf(ALERT);
        if (alert >= 0) {
            String name = message.substring(alert + ALERT.length()).strip();
            return FINAL_ALERTS.contains(name.toLowerCase(Locale.ROOT));
        }
        if (failure instanceof SSLHandshakeException) {
            // What the JDK gives a cause is judged by that.
            return failure.getCause() == null && !message.contains(BROKEN);
        }
        return message.contains(PLAIN_TEXT);
    }
}
