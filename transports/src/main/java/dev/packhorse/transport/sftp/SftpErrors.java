package dev.packhorse.transport.sftp;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.ssh.SshLogin;
import dev.packhorse.transport.ssh.SshSettings;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sorts failures into the kinds of the seam.
final class SftpErrors {
    private SftpErrors() {}

    /// A failure of a call on an object.
    static IOException of(String operation, IOException cause) {
        return switch (cause) {
            case TransportException known -> known;
            case CancelledException cancelled -> cancelled;
            case SourceException source ->
                    new TransportException(
                            Kind.REFUSED, operation + ": " + source.getMessage(), source);
            case SftpStatus status ->
                    new TransportException(
                            kindOf(status), operation + ": " + status.getMessage(), status);
            default ->
                    new TransportException(
                            Kind.UNAVAILABLE, operation + ": " + reasonOf(cause), cause);
        };
    }

    /// OpenSSH names neither a full disk nor a name too long; the first is told apart by asking for
    /// the space left, the second comes as a bad message.
    private static Kind kindOf(SftpStatus status) {
        return switch (status.code()) {
            case SftpStatus.NO_SUCH_FILE, SftpStatus.NO_SUCH_PATH -> Kind.MISSING;
            case SftpStatus.PERMISSION_DENIED, SftpStatus.WRITE_PROTECT -> Kind.DENIED;
            case SftpStatus.EXISTS -> Kind.EXISTS;
            case SftpStatus.NO_SPACE, SftpStatus.QUOTA -> Kind.FULL;
            case SftpStatus.BAD_MESSAGE, SftpStatus.UNSUPPORTED -> Kind.REFUSED;
            default -> Kind.UNAVAILABLE;
        };
    }

    private static String reasonOf(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /// A connection that was not made.
    ///
    /// @param cutOff whether the line ended meanwhile, so that nobody answered
    static IOException ofConnecting(
            SshSettings settings, PinnedHostKeys keys, boolean cutOff, Exception failure) {
        if (failure instanceof TransportException known) {
            return known;
        }
        String operation = "connect to " + settings.address() + ": ";
        Optional<String> refusal = keys.refusal();
        if (refusal.isPresent()) {
            return new TransportException(Kind.REFUSED, operation + refusal.get(), failure);
        }
        if (isAuthentication(failure) && cutOff) {
            return new TransportException(
                    Kind.UNAVAILABLE, operation + "the server hung up during the login", failure);
        }
        if (isAuthentication(failure)) {
            return new TransportException(
                    Kind.DENIED,
                    operation
                            + "the server does not accept this "
                            + (settings.login() instanceof SshLogin.Key ? "key" : "password")
                            + " for "
                            + settings.username(),
                    failure);
        }
        if (failure instanceof JSchAlgoNegoFailException) {
            return new TransportException(
                    Kind.REFUSED,
                    operation + "no algorithm in common: " + failure.getMessage(),
                    failure);
        }
        return new TransportException(
                failure.getCause() instanceof SocketTimeoutException
                        ? Kind.TIMED_OUT
                        : Kind.UNAVAILABLE,
                operation + failure.getMessage(),
                failure);
    }

    /// The library has no public type for refused credentials, only these texts: “Auth fail for
    /// methods”, “Auth cancel for methods”.
    private static boolean isAuthentication(Exception failure) {
        return failure instanceof JSchException
                && String.valueOf(failure.getMessage()).startsWith("Auth ");
    }

    static TransportException unusableKey(SshLogin.Key key, @Nullable Exception cause) {
        return new TransportException(
                Kind.REFUSED,
                "open destination: privatekey "
                        + key.file()
                        + ": it is no private key, or passphrase does not open it",
                cause);
    }
}
