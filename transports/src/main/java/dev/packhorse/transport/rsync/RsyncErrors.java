package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.ssh.SshLogin;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sorts failures into the kinds of the seam: first by what ssh and the systems on both sides say,
/// whose words are fixed, then by rsync's exit code, which alone says little.
///
/// Source: rsync(1) “EXIT VALUES”; OpenSSH sshconnect.c, sshconnect2.c and auth messages
final class RsyncErrors {
    // Who it is that speaks stands in the messages of 3.2 and newer only.
    private static final Pattern ABSENT =
            Pattern.compile(
                    "rsync: (?:\\[sender\\] )?(?:change_dir|link_stat) .* failed: No such file or directory");
    private static final Pattern BELOW_A_FILE =
            Pattern.compile(
                    "rsync: (?:\\[sender\\] )?(?:change_dir|link_stat) .* failed: Not a directory");
    private static final Pattern NO_FOLDER =
            Pattern.compile(
                    "rsync: (?:\\[Receiver\\] )?mkdir .* failed: No such file or directory");
    private static final Pattern NO_ATTRIBUTES =
            Pattern.compile(
                    "failed to write xattr user\\.rsync\\.\\S+ for .*: Operation not supported");
    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

    private static final int SOME_NOT_TRANSFERRED = 23;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private final RsyncSettings settings;

    RsyncErrors(RsyncSettings settings) {
        this.settings = settings;
    }

    /// Whether what a run asked for is surely not there.
    static boolean isAbsent(ChildResult result) {
        return result.exitCode() == SOME_NOT_TRANSFERRED && ABSENT.matcher(result.errors()).find();
    }

    /// Whether a file stands where the path that a run asked for needs a folder.
    static boolean isBelowAFile(ChildResult result) {
        return result.exitCode() == SOME_NOT_TRANSFERRED
                && BELOW_A_FILE.matcher(result.errors()).find();
    }

    /// Whether the folder above the one that a run writes to is not there.
    static boolean isFolderAbsent(ChildResult result) {
        return NO_FOLDER.matcher(result.errors()).find();
    }

    /// Whether the receiver made something else of what it got than what was sent.
    static boolean isUnverified(TransportException failure) {
        return String.valueOf(failure.getMessage()).contains("failed verification -- update");
    }

    /// Whether the server showed a host key that is not among those that a run was given.
    static boolean isOfOtherHost(ChildResult result) {
        return isUntrustedHost(result.errors());
    }

    /// The failure of a run.
    TransportException of(String operation, ChildResult result) {
        String errors = withoutSecret(result.errors());
        Optional<String> known = loginFailure(errors).or(() -> unfitForTrees(errors));
        Kind kind = kindOf(result.exitCode(), errors);
        return new TransportException(
                kind,
                operation
                        + ": "
                        + known.orElseGet(() ->
                                "rsync ended with code "
                                        + result.exitCode()
                                        + (errors.isEmpty() ? "" : ": " + errors)));
    }

    private String withoutSecret(String text) {
        return settings.secret().map(secret -> text.replace(secret.reveal(), "***")).orElse(text);
    }

    /// What an administrator can do about a login that was refused.
    private Optional<String> loginFailure(String errors) {
        if (isUntrustedHost(errors)) {
            Matcher shown = FINGERPRINT.matcher(errors);
            String seen = shown.find() ? shown.group() : "(of another type)";
            return Optional.of(settings.ssh().pins().refusal(seen));
        }
        if (isUnusableKey(errors)) {
            return Optional.of("privatekey: it is no private key, or passphrase does not open it");
        }
        if (isRefusedLogin(errors)) {
            String what = settings.ssh().login() instanceof SshLogin.Key ? "key" : "password";
            return Optional.of(
                    "the server does not accept this "
                            + what
                            + " for "
                            + settings.ssh().username());
        }
        return Optional.empty();
    }

    /// What an administrator can do about a server that cannot keep trees.
    private static Optional<String> unfitForTrees(String errors) {
        if (keepsNoAttributes(errors)) {
            return Optional.of(
                    "path: the file system there keeps no user.* attributes, in which the server's rsync keeps the owners and modes of trees; choose a path on one that does (ext4, XFS, Btrfs, ZFS with xattr=sa), or set backuptype to compressed");
        }
        if (isBuiltWithout(errors)) {
            return Optional.of(
                    "the server's rsync is built without access lists or extended attributes, which trees need; install one that has them, or set backuptype to compressed");
        }
        return Optional.empty();
    }

    private static boolean keepsNoAttributes(String errors) {
        return NO_ATTRIBUTES.matcher(errors).find();
    }

    private static boolean isBuiltWithout(String errors) {
        return errors.contains("ACLs are not supported on this server")
                || errors.contains("extended attributes are not supported on this server");
    }

    private static boolean isUntrustedHost(String errors) {
        return errors.contains("Host key verification failed");
    }

    private static boolean isUnusableKey(String errors) {
        return errors.contains("Load key ") && isRefusedLogin(errors);
    }

    private static boolean isRefusedLogin(String errors) {
        return errors.contains(": Permission denied (")
                && !errors.contains("Permission denied (13)");
    }

    /// Rsync hears of the end of the line before it hears of the shell's exit code.
    private static boolean isWithoutRsync(String errors) {
        return errors.contains("not found") && errors.contains("(0 bytes received so far)");
    }

    private static Kind kindOf(int code, String errors) {
        if (isUntrustedHost(errors) || isUnusableKey(errors)) {
            return Kind.REFUSED;
        }
        if (errors.contains("Permission denied") || errors.contains("Operation not permitted")) {
            return Kind.DENIED;
        }
        if (errors.contains("No space left on device") || errors.contains("quota exceeded")) {
            return Kind.FULL;
        }
        if (errors.contains("File name too long")
                || errors.contains("Read-only file system")
                || errors.contains("Unable to negotiate with")
                || keepsNoAttributes(errors)
                || isWithoutRsync(errors)) {
            return Kind.REFUSED;
        }
        return switch (code) {
            // Usage, protocol, files asked for, action not supported, daemon options; no rsync
            // there.
            case 1, 2, 3, 4, 5, 6, NOT_EXECUTABLE, NOT_FOUND -> Kind.REFUSED;
            default -> Kind.UNAVAILABLE;
        };
    }

    /// A failure of a call. What rsync has no part in is of this side: the line is rsync's.
    static TransportException of(String operation, IOException cause) {
        return switch (cause) {
            case TransportException known -> known;
            case SourceException source ->
                    new TransportException(
                            Kind.REFUSED, operation + ": " + source.getMessage(), source);
            case OwnSideException noRoom ->
                    new TransportException(
                            Kind.FULL, operation + ": " + noRoom.getMessage(), noRoom);
            default ->
                    new TransportException(
                            isLocalDiskFull(cause) ? Kind.FULL : Kind.UNAVAILABLE,
                            operation + ": " + cause.getMessage(),
                            new OwnSideException(cause));
        };
    }

    /// Objects may pass through a file of this server's, whose disk may be the one that is full.
    private static boolean isLocalDiskFull(IOException cause) {
        return String.valueOf(cause.getMessage()).contains("No space left on device");
    }
}
