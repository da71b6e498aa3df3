package dev.packhorse.engine.notify;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Posts test messages, so that an administrator sees whether notifications arrive. Safe for many
/// threads.
///
/// @param web posts
/// @param privateHosts names in private networks that a call may name
/// @param channels what is set up
/// @param host this server's name
public record PostCheck(
        WebPost web,
        Set<String> privateHosts,
        List<WebChannel> channels,
        String host,
        InstantSource clock) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public PostCheck {
        privateHosts = Set.copyOf(privateHosts);
        channels = List.copyOf(channels);
    }

    /// What came of a test.
    ///
    /// @param id stands in the message
    /// @param answer what the other side said
    public record Posted(String id, WebAnswer answer) {
        /// Whether the other side took it and sent the id back.
        public boolean isEchoed() {
            return answer.isSuccess() && answer.content().contains(id);
        }
    }

    /// Posts a test message to an address out of a call, as data of a form.
    ///
    /// Source: functions.json `send_test_posturl`: parameters hostname, subject and body.
    ///
    /// @throws IOException if there is no answer, or the address is not one to post to
    public Posted toAddress(URI address) throws IOException {
        Message message = message();
        String form =
                "hostname=%s&subject=%s&body=%s"
                        .formatted(
                                encoded(host), encoded(message.title()), encoded(message.text()));
        WebAnswer answer =
                web.post(
                        address,
                        "application/x-www-form-urlencoded",
                        form.getBytes(StandardCharsets.US_ASCII),
                        AddressRules.publicOr(privateHosts),
                        Cancellation.never());
        return new Posted(message.id(), answer);
    }

    /// Posts a test message the way in which notifications are posted.
    ///
    /// @throws IOException if there is no answer
    public Posted through(WebChannel channel) throws IOException {
        Message message = message();
        return new Posted(message.id(), channel.post(message, Cancellation.never()));
    }

    private Message message() {
        byte[] random = new byte[10];
        RANDOM.nextBytes(random);
        String hex = HexFormat.of().formatHex(random);
        String id = hex.substring(0, 8) + "-" + hex.substring(8);
        Instant now = clock.instant();
        return new Message(
                id,
                host,
                "Packhorse::Test",
                Importance.LOW,
                "test",
                "test message " + id,
                "This is a test message of Packhorse on " + host + ".\nID: " + id + "\n",
                now);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
