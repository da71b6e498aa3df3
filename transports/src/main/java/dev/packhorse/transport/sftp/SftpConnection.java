package dev.packhorse.transport.sftp;

import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.ssh.SshLogin;
import dev.packhorse.transport.ssh.SshSettings;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/// One secure connection with one SFTP channel. One thread at a time; [#abort()] by any.
final class SftpConnection {
    private static final int CONNECT_MILLIS = 30_000;
    private static final int KEEP_ALIVE_MILLIS = 30_000;

    /// What may be under way to us: 20 ms of 200 MB/s.
    static final int WINDOW = 4 << 20;

    private static final int PACKET = 1 << 15;

    private final OneSocket socket = new OneSocket(CONNECT_MILLIS);
    private final Inbox inbox = new Inbox(WINDOW);
    private final CallLimits limits;
    private final SftpChannel channel;
    private final SftpFiles files;
    private final Session session;
    private volatile boolean broken;

    /// Connects and logs in.
    ///
    /// @param limits for this and for each later step
    /// @throws IOException sorted by kind where the reason is known
    SftpConnection(SshSettings settings, CallLimits limits, Cancellation cancellation)
            throws IOException {
        this.limits = limits;
        PinnedHostKeys keys = new PinnedHostKeys(settings.pins());
        try (CallWatch watch = new CallWatch(limits, cancellation, this::abort)) {
            try {
                session = prepare(settings, keys);
                session.connect(millis(limits.idle()));
                watch.progressed(0);
                channel = openChannel(session);
                channel.greet();
                files = new SftpFiles(channel);
            } catch (JSchException | IOException e) {
                boolean cutOff = socket.isCutOff();
                abort();
                throw watch.explain("connect", SftpErrors.ofConnecting(settings, keys, cutOff, e));
            }
        }
    }

    private static int millis(Duration limit) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, limit.toMillis()));
    }

    private Session prepare(SshSettings settings, PinnedHostKeys keys)
            throws JSchException, IOException {
        JSch jsch = new JSch();
        jsch.setHostKeyRepository(keys);
        Session made =
                jsch.getSession(
                        settings.username(), settings.address().host(), settings.address().port());
        made.setSocketFactory(socket);
        made.setDaemonThread(true);
        made.setConfig("StrictHostKeyChecking", "yes");
        made.setConfig("UpdateHostKeys", "no");
        made.setConfig("MaxAuthTries", "2");
        made.setServerAliveInterval(KEEP_ALIVE_MILLIS);
        made.setServerAliveCountMax(4);
        switch (settings.login()) {
            case SshLogin.Password(Secret password) -> {
                made.setConfig("PreferredAuthentications", "password,keyboard-interactive");
                made.setPassword(password.reveal().getBytes(StandardCharsets.UTF_8));
                made.setUserInfo(new Login(Optional.of(password)));
            }
            case SshLogin.Key key -> {
                made.setConfig("PreferredAuthentications", "publickey");
                made.setUserInfo(new Login(Optional.empty()));
                addKey(jsch, key);
            }
        }
        return made;
    }

    private static void addKey(JSch jsch, SshLogin.Key key) throws IOException {
        byte[] passphrase =
                key.passphrase()
                        .map(secret -> secret.reveal().getBytes(StandardCharsets.UTF_8))
                        .orElse(null);
        try {
            jsch.addIdentity("privatekey", Files.readAllBytes(key.file()), null, passphrase);
        } catch (JSchException e) {
            throw SftpErrors.unusableKey(key, e);
        }
        if (jsch.getIdentityRepository().getIdentities().stream()
                .anyMatch(identity -> identity.isEncrypted())) {
            throw SftpErrors.unusableKey(key, null);
        }
    }

    private SftpChannel openChannel(Session open) throws JSchException, IOException {
        if (!(open.openChannel("subsystem") instanceof ChannelSubsystem subsystem)) {
            throw new IOException("the library has no subsystem channel");
        }
        subsystem.setSubsystem("sftp");
        subsystem.setWantReply(true);
        subsystem.setLocalWindowSizeMax(WINDOW);
        subsystem.setLocalPacketSize(PACKET);
        subsystem.setOutputStream(inbox);
        var out = subsystem.getOutputStream();
        subsystem.connect(millis(limits.idle()));
        return new SftpChannel(inbox, out);
    }

    SftpChannel channel() {
        return channel;
    }

    /// Runs one step that waits for the server, within the limits. A failure other than the
    /// server's own refusal spoils the connection.
    <R> R step(String operation, Cancellation cancellation, Step<R> step) throws IOException {
        try (CallWatch watch = new CallWatch(limits, cancellation, this::abort)) {
            try {
                return step.run(files, watch);
            } catch (SftpStatus e) {
                throw e;
            } catch (IOException e) {
                throw watch.explain(operation, e);
            } finally {
                if (inbox.hasEnded()) {
                    broken = true;
                }
            }
        } catch (SftpStatus | TransportException e) {
            throw e;
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    /// What is done within a step; tells the watch of progress if it moves much.
    interface Step<R> {
        R run(SftpFiles files, CallWatch watch) throws IOException;
    }

    /// Whether another call may use it.
    boolean isSound() {
        return !broken && !inbox.hasEnded() && session.isConnected() && channel.unanswered() == 0;
    }

    /// Ends every wait on this connection at once.
    void abort() {
        broken = true;
        socket.close();
        inbox.close();
    }

    /// Closes it; the server notices by itself.
    void close() {
        abort();
        session.disconnect();
    }
}
