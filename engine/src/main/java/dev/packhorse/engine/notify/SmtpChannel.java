package dev.packhorse.engine.notify;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.apache.commons.net.smtp.AuthenticatingSMTPClient;
import org.apache.commons.net.smtp.AuthenticatingSMTPClient.AUTH_METHOD;
import org.apache.commons.net.smtp.SMTPReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mail through a server that speaks SMTP. Login and mail go over TLS with a checked certificate;
/// without TLS only this machine is spoken to, and without a login.
///
/// Source: RFC 5321, RFC 3207 (STARTTLS), RFC 4954 (AUTH).
///
/// @param mail sender and receivers
/// @param server where to
/// @param tls how
/// @param login the user with the file of the password, empty for none
/// @param context trusts certificates
/// @param hostName what this server calls itself
/// @param limit for all of it
public record SmtpChannel(
        MailText mail,
        HostPort server,
        Tls tls,
        Optional<Login> login,
        SSLContext context,
        String hostName,
        Duration limit)
        implements Channel {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpChannel.class);
    private static final int PERMANENT = 500;

    /// When the connection becomes a secure one.
    public enum Tls {
        /// By a command, before anything is said.
        STARTTLS,
        /// From the start.
        IMPLICIT,
        /// Never; to this machine only.
        OFF
    }

    /// Who logs in.
    public record Login(String user, Path passwordFile) {}

    /// A channel that trusts the certificates that the JDK trusts.
    public static SmtpChannel trustingAsUsual(
            MailText mail,
            HostPort server,
            Tls tls,
            Optional<Login> login,
            String hostName,
            Duration limit) {
        try {
            return new SmtpChannel(
                    mail, server, tls, login, SSLContext.getDefault(), hostName, limit);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    @Override
    public ChannelName name() {
        return ChannelName.MAIL;
    }

    @Override
    public void send(Message message, Cancellation cancellation) throws IOException {
        sendTo(mail.to(), message, cancellation);
    }

    @Override
    public void sendTo(List<String> open, Message message, Cancellation cancellation)
            throws IOException {
        List<String> receivers = mail.to().stream().filter(open::contains).toList();
        if (!receivers.isEmpty()) {
            talk(receivers, message, cancellation);
        }
    }

    private void talk(List<String> receivers, Message message, Cancellation cancellation)
            throws IOException {
        AuthenticatingSMTPClient client = client();
        LimitedSockets sockets = new LimitedSockets();
        client.setSocketFactory(sockets);
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> alarm =
                CompletableFuture.runAsync(
                        () -> {
                            late.set(true);
                            sockets.closeAll();
                        },
                        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        try (Cancellation.Registration _ = cancellation.onRequest(sockets::closeAll)) {
            deliver(client, receivers, message);
        } catch (DeliveryException e) {
            throw e;
        } catch (IOException e) {
            cancellation.check();
            throw new IOException(
                    late.get()
                            ? server + " did not answer within " + limit.toSeconds() + " seconds"
                            : server + ": " + e.getMessage(),
                    e);
        } finally {
            alarm.cancel(false);
            sockets.closeAll();
        }
    }

    private AuthenticatingSMTPClient client() {
        AuthenticatingSMTPClient client =
                new AuthenticatingSMTPClient(tls == Tls.IMPLICIT, context);
        client.setEndpointCheckingEnabled(true);
        int millis = (int) limit.toMillis();
        client.setConnectTimeout(millis);
        client.setDefaultTimeout(millis);
        return client;
    }

    private void deliver(AuthenticatingSMTPClient client, List<String> receivers, Message message)
            throws IOException {
        InetAddress address = InetAddress.getByName(server.host());
        if (tls == Tls.OFF && !address.isLoopbackAddress()) {
            throw DeliveryException.lasting(
                    "without TLS only this machine is written to: set notify.mail.smtp_tls");
        }
        client.connect(server.host(), server.port());
        require(client, SMTPReply.isPositiveCompletion(client.getReplyCode()), "greeting");
        require(client, client.elogin(hostName), "EHLO");
        if (tls == Tls.STARTTLS) {
            require(client, client.execTLS(), "STARTTLS");
            require(client, client.elogin(hostName), "EHLO");
        }
        if (login.isPresent()) {
            logIn(client, login.get());
        }
        require(client, client.setSender(mail.from()), "MAIL FROM");
        List<Refused> refused = addReceivers(client, receivers);
        write(client, message);
        takeLeave(client);
        report(refused);
    }

    /// The mail is delivered: how the talk ends changes nothing, and must not send it again.
    private static void takeLeave(AuthenticatingSMTPClient client) {
        try {
            var _ = client.logout();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the mail server hung up after it had taken a mail");
        }
    }

    private record Refused(String receiver, DeliveryException why) {
        boolean isLasting() {
            return why.isLasting();
        }
    }

    /// One address that is refused must not keep the mail from the others.
    private List<Refused> addReceivers(AuthenticatingSMTPClient client, List<String> receivers)
            throws IOException {
        List<Refused> refused = new ArrayList<>();
        for (String receiver : receivers) {
            if (!client.addRecipient(receiver)) {
                refused.add(new Refused(receiver, refusal(client, "RCPT TO")));
            }
        }
        if (refused.size() == receivers.size()) {
            throw refused.stream()
                    .filter(each -> !each.isLasting())
                    .findFirst()
                    .orElse(refused.getFirst())
                    .why();
        }
        return refused;
    }

    /// An address that is no more is told in the log; one that was refused for the moment, as by
    /// greylisting, is still to get the mail.
    private static void report(List<Refused> refused) throws DeliveryException {
        refused.stream()
                .filter(Refused::isLasting)
                .forEach(each ->
                        LOG.warn("mail went to the other receivers: {}", each.why().getMessage()));
        List<Refused> later = refused.stream().filter(each -> !each.isLasting()).toList();
        if (!later.isEmpty()) {
            List<String> open = later.stream().map(Refused::receiver).toList();
            throw DeliveryException.partly(
                    "not delivered to %s: %s"
                            .formatted(
                                    String.join(", ", open), later.getFirst().why().getMessage()),
                    open);
        }
    }

    private void write(AuthenticatingSMTPClient client, Message message) throws IOException {
        Writer writer = client.sendMessageData();
        if (writer == null) {
            throw refusal(client, "DATA");
        }
        try (writer) {
            writer.write(mail.of(message));
        }
        require(client, client.completePendingCommand(), "mail");
    }

    private void logIn(AuthenticatingSMTPClient client, Login who) throws IOException {
        if (tls == Tls.OFF) {
            throw DeliveryException.lasting("no login without TLS: set notify.mail.smtp_tls");
        }
        String password = new RootOnlyFile(who.passwordFile()).line();
        try {
            require(client, client.auth(AUTH_METHOD.PLAIN, who.user(), password), "login");
        } catch (NoSuchAlgorithmException | java.security.InvalidKeyException e) {
            throw new IOException("login is not possible", e);
        }
    }

    private void require(AuthenticatingSMTPClient client, boolean well, String step)
            throws DeliveryException {
        if (!well) {
            throw refusal(client, step);
        }
    }

    private DeliveryException refusal(AuthenticatingSMTPClient client, String step) {
        int code = client.getReplyCode();
        String said =
                String.valueOf(client.getReplyString()).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        String cut = said.length() > 300 ? said.substring(0, 300) + "…" : said;
        String words = "%s refused at %s: %s".formatted(server, step, cut);
        return code >= PERMANENT
                ? DeliveryException.lasting(words)
                : DeliveryException.passing(words, Optional.empty());
    }
}
