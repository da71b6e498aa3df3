package dev.packhorse.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpChannelTest {
    private static final MailText MAIL =
            new MailText("root@host.example", List.of("a@b.example", "c+d@e.example"));
    private static final Message MESSAGE =
            new Message(
                    "job1",
                    "host.example",
                    "Backup::Failure",
                    Importance.HIGH,
                    "run1",
                    "Sicherung für alice\r\nBcc: x@y.example",
                    ".\nalice: ü\n.\n",
                    Instant.parse("2026-03-07T02:00:00Z"));

    @TempDir static Path shared;
    private static SSLContext context;

    @TempDir Path folder;
    private TestSmtpServer server;

    @BeforeAll
    static void certificate() throws Exception {
        context = TestTls.in(shared).context();
    }

    @BeforeEach
    void start() throws IOException {
        server = new TestSmtpServer(context, false);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private SmtpChannel channel(SmtpChannel.Tls tls, String host, SSLContext trust)
            throws IOException {
        Path password = folder.resolve("password");
        Files.writeString(password, "pass word\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        return new SmtpChannel(
                MAIL,
                new HostPort(host, server.port()),
                tls,
                tls == SmtpChannel.Tls.OFF
                        ? Optional.empty()
                        : Optional.of(new SmtpChannel.Login("me", password)),
                trust,
                "host.example",
                Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTTLS", "IMPLICIT", "OFF"})
    void aMailArrivesWhole(String way) throws Exception {
        SmtpChannel.Tls tls = SmtpChannel.Tls.valueOf(way);
        if (tls == SmtpChannel.Tls.IMPLICIT) {
            server.close();
            server = new TestSmtpServer(context, true);
        }
        channel(tls, "localhost", context).send(MESSAGE, Cancellation.never());

        String secure = tls == SmtpChannel.Tls.OFF ? "" : "tls ";
        assertThat(server.commands)
                .contains(
                        secure + "MAIL FROM:<root@host.example>",
                        secure + "RCPT TO:<a@b.example>",
                        secure + "RCPT TO:<c+d@e.example>");
        if (tls != SmtpChannel.Tls.OFF) {
            String login =
                    Base64.getEncoder()
                            .encodeToString("\0me\0pass word".getBytes(StandardCharsets.UTF_8));
            assertThat(server.commands).contains("tls AUTH PLAIN", "login " + login);
        }
        assertThat(server.mails).hasSize(1);
        String mail = server.mails.getFirst();
        String head = mail.substring(0, mail.indexOf("\n\n"));
        assertThat(head)
                .contains(
                        "From: Packhorse <root@host.example>\n",
                        "To: a@b.example, c+d@e.example\n",
                        "Date: Sat, 7 Mar 2026 02:00:00 GMT\n",
                        "Message-ID: <packhorse-job1@host.example>\n")
                .doesNotContain("\nBcc");
        String subject =
                head.lines()
                        .dropWhile(line -> !line.startsWith("Subject: "))
                        .takeWhile(line -> line.startsWith("Subject: ") || line.startsWith(" "))
                        .map(line -> line.replaceAll("^(Subject:)? =\\?utf-8\\?B\\?|\\?=$", ""))
                        .map(part ->
                                new String(
                                        Base64.getDecoder().decode(part), StandardCharsets.UTF_8))
                        .reduce("", String::concat);
        assertThat(subject)
                .isEqualTo("[packhorse] host.example: Sicherung für alice  Bcc: x@y.example");
        assertThat(
                        new String(
                                Base64.getMimeDecoder()
                                        .decode(mail.substring(mail.indexOf("\n\n") + 2)),
                                StandardCharsets.UTF_8))
                .isEqualTo(".\nalice: ü\n.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "greeting, 554 go away, true",
        "greeting, 451 later, false",
        "STARTTLS, 454 not now, false",
        "AUTH, 504 unknown, true",
        "login, 535 wrong, true",
        "MAIL, 451 later, false",
        "RCPT, 550 nobody, true",
        "DATA, 451 later, false",
        "end, 552 too much, true"
    })
    void aRefusalSaysWhetherAnotherTryMayHelp(String step, String answer, boolean lasting)
            throws Exception {
        server.answers.put(step, answer);
        SmtpChannel channel = channel(SmtpChannel.Tls.STARTTLS, "localhost", context);
        DeliveryException refused =
                catchThrowableOfType(
                        DeliveryException.class, () -> channel.send(MESSAGE, Cancellation.never()));
        assertThat(refused.isLasting()).isEqualTo(lasting);
        assertThat(refused).hasMessageContaining(answer.substring(4));
        assertThat(refused.toString()).doesNotContain("pass word");
    }

    @Test
    void oneReceiverThatIsRefusedKeepsTheMailFromNobodyElse() throws Exception {
        server.answers.put("RCPT TO:<a@b.example>", "550 has left");

        channel(SmtpChannel.Tls.STARTTLS, "localhost", context).send(MESSAGE, Cancellation.never());

        assertThat(server.mails).hasSize(1);
        assertThat(server.commands).contains("tls RCPT TO:<c+d@e.example>");
    }

    @Test
    void aReceiverThatIsRefusedForTheMomentIsStillToGetTheMail() throws Exception {
        server.answers.put("RCPT TO:<c+d@e.example>", "451 greylisted");
        SmtpChannel channel = channel(SmtpChannel.Tls.STARTTLS, "localhost", context);

        DeliveryException refused =
                catchThrowableOfType(
                        DeliveryException.class, () -> channel.send(MESSAGE, Cancellation.never()));
        assertThat(refused.isLasting()).isFalse();
        assertThat(refused.open()).containsExactly("c+d@e.example");
        assertThat(refused).hasMessageContaining("not delivered to c+d@e.example");
        assertThat(server.mails).hasSize(1);

        server.answers.remove("RCPT TO:<c+d@e.example>");
        server.commands.clear();
        channel.sendTo(refused.open(), MESSAGE, Cancellation.never());
        assertThat(server.mails).hasSize(2);
        assertThat(server.commands)
                .contains("tls RCPT TO:<c+d@e.example>")
                .doesNotContain("tls RCPT TO:<a@b.example>");

        channel.sendTo(List.of("gone@b.example"), MESSAGE, Cancellation.never());
        assertThat(server.mails).as("no receiver any more").hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"hang", "hang up"})
    void howTheTalkEndsChangesNothingAboutAMailThatIsDelivered(String end) throws Exception {
        server.answers.put("QUIT", end);
        SmtpChannel channel = channel(SmtpChannel.Tls.OFF, "localhost", context);
        channel.send(MESSAGE, Cancellation.never());
        assertThat(server.mails).hasSize(1);

        server.answers.put("RCPT TO:<c+d@e.example>", "451 greylisted");
        assertThat(
                        catchThrowableOfType(
                                        DeliveryException.class,
                                        () -> channel.send(MESSAGE, Cancellation.never()))
                                .open())
                .containsExactly("c+d@e.example");
    }

    @Test
    void whereNobodyIsTakenButSomebodyMayBeLaterAnotherTryMayHelp() throws Exception {
        server.answers.put("RCPT TO:<a@b.example>", "550 has left");
        server.answers.put("RCPT TO:<c+d@e.example>", "451 greylisted");
        SmtpChannel channel = channel(SmtpChannel.Tls.STARTTLS, "localhost", context);

        DeliveryException refused =
                catchThrowableOfType(
                        DeliveryException.class, () -> channel.send(MESSAGE, Cancellation.never()));

        assertThat(refused.isLasting()).isFalse();
        assertThat(server.mails).isEmpty();
    }

    @Test
    void aServerThatClosesAtOnceIsTriedAgain() throws Exception {
        server.answers.put("greeting", "421 later");
        SmtpChannel channel = channel(SmtpChannel.Tls.STARTTLS, "localhost", context);
        assertThatThrownBy(() -> channel.send(MESSAGE, Cancellation.never()))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DeliveryException.class)
                .hasMessageContaining("421");
    }

    @Test
    void noLoginAndNoMailIsSaidBeforeTheConnectionIsSecure() throws Exception {
        assertThatThrownBy(() ->
                        channel(SmtpChannel.Tls.STARTTLS, "localhost", SSLContext.getDefault())
                                .send(MESSAGE, Cancellation.never()))
                .isInstanceOf(IOException.class);
        // The certificate is for the name, not for the address.
        assertThatThrownBy(() ->
                        channel(SmtpChannel.Tls.STARTTLS, "127.0.0.1", context)
                                .send(MESSAGE, Cancellation.never()))
                .isInstanceOf(IOException.class);
        assertThat(server.commands)
                .noneMatch(line -> line.contains("AUTH") || line.contains("MAIL"));
        assertThat(server.mails).isEmpty();
    }

    @Test
    void withoutTlsOnlyThisMachineIsWrittenTo() throws Exception {
        SmtpChannel far =
                new SmtpChannel(
                        MAIL,
                        new HostPort("192.0.2.1", 25),
                        SmtpChannel.Tls.OFF,
                        Optional.empty(),
                        context,
                        "host.example",
                        Duration.ofSeconds(3));
        DeliveryException refused =
                catchThrowableOfType(
                        DeliveryException.class, () -> far.send(MESSAGE, Cancellation.never()));
        assertThat(refused.isLasting()).isTrue();
        assertThat(refused).hasMessageContaining("smtp_tls");
    }

    @ParameterizedTest
    @CsvSource({"greeting, hang", "EHLO, hang", "greeting, flood", "EHLO, flood", "end, hang"})
    void aServerThatHangsOrFloodsIsLeft(String step, String how) throws Exception {
        server.answers.put(step, how);
        SmtpChannel channel = channel(SmtpChannel.Tls.OFF, "localhost", context);
        assertThatThrownBy(() -> channel.send(MESSAGE, Cancellation.never()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        how.equals("hang") ? "did not answer within 3 seconds" : "too much");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-oQ/tmp@x.example", "a b@x", "a@b\nc", "a", "\"x\"@y", "a@b@c"})
    void anAddressThatCouldBeMoreIsRefused(String address) throws Exception {
        assertThatThrownBy(() -> new MailText("root@x", List.of(address)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
