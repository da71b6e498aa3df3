package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.WorkPlace;
import dev.packhorse.transport.ssh.SshLogin;
import dev.packhorse.transport.ssh.SshSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// A place that rsync reaches over SSH.
///
/// @param ssh the login and the folder below which the objects lie
/// @param work for what passes through this server
record RsyncSettings(SshSettings ssh, WorkPlace work) {
    /// A run logs in, agrees on a protocol, asks and is answered.
    private static final int STEPS_OF_A_RUN = 4;

    /// What a disk reads at least while both sides compare what they have and nothing is sent.
    private static final long SLOWEST_COMPARISON_BYTES_PER_SECOND = 16L << 20;

    /// The server's rsync would expand these.
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[\\]\\\\]");

    static RsyncSettings of(TransportSettings settings) throws TransportException {
        SshSettings ssh = SshSettings.of(settings);
        if (WILDCARD.matcher(ssh.folder()).find()) {
            throw refused("path must not hold wildcards or backslashes");
        }
        Optional<Secret> secret = secretOf(ssh.login());
        if (secret.isPresent() && secret.get().reveal().chars().anyMatch(c -> c < ' ')) {
            throw refused("a password or passphrase must not hold line breaks");
        }
        return new RsyncSettings(ssh, settings.work());
    }

    private static TransportException refused(String why) {
        return new TransportException(Kind.REFUSED, "open destination: " + why);
    }

    /// The one secret that this login has, if it has one.
    Optional<Secret> secret() {
        return secretOf(ssh.login());
    }

    private static Optional<Secret> secretOf(SshLogin login) {
        return switch (login) {
            case SshLogin.Password(var password) -> Optional.of(password);
            case SshLogin.Key(_, var passphrase) -> passphrase;
        };
    }

    /// How long a run may go without progress that moves no content.
    Duration answering() {
        return ssh.timeout().multipliedBy(STEPS_OF_A_RUN);
    }

    /// How long a run may go without progress that may compare so many bytes first.
    Duration comparing(long bytes) {
        return answering().plusSeconds(bytes / SLOWEST_COMPARISON_BYTES_PER_SECOND);
    }

    /// What rsync calls a path below the folder of all objects.
    ///
    /// @param path empty for that folder itself
    String remote(String path) {
        String folder = ssh.folder().isEmpty() ? "." : ssh.folder();
        String slash = folder.endsWith("/") ? "" : "/";
        return SshCommand.HOST + ":" + folder + slash + path;
    }
}
