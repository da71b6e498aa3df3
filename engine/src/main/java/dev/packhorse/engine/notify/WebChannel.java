package dev.packhorse.engine.notify;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Posts JSON to an address that a file of root's holds: whoever knows the address can post there,
/// so it is a secret and stands in no message.
///
/// @param name slack, or webhook
/// @param urlFile holds the address and nothing else
public record WebChannel(ChannelName name, Path urlFile, WebPost web) implements Channel {
    private static final int TOO_MANY = 429;
    private static final int TIMEOUT = 408;
    private static final int SERVER_ERRORS = 500;
    private static final int MAX_SLACK = 3_000;

    /// Nobody can guess it; what is shorter is a word like another.
    private static final int LEAST_SECRET = 8;

    @Override
    public void send(Message message, Cancellation cancellation) throws IOException {
        WebAnswer answer = post(message, cancellation);
        if (!answer.isSuccess()) {
            throw refusal(answer);
        }
    }

    /// Sends the message, and gives the answer whatever it is; where it repeats what makes the
    /// address a secret, that is left out.
    ///
    /// @throws DeliveryException if there is no address, or none to post to
    public WebAnswer post(Message message, Cancellation cancellation) throws IOException {
        String body =
                switch (name) {
                    case SLACK -> slack(message);
                    case WEBHOOK -> webhook(message);
                    case MAIL -> throw new IllegalStateException("mail is not posted");
                };
        URI address = address();
        WebAnswer answer =
                web.post(
                        address,
                        "application/json",
                        body.getBytes(StandardCharsets.UTF_8),
                        AddressRules.CONFIGURED,
                        cancellation);
        WebAnswer discreet = answer;
        for (String secret : secrets(address)) {
            discreet = discreet.without(secret).without(secret.replace("/", "\\/"));
        }
        return discreet;
    }

    /// What is behind the host, whole and in its parts: an answer may repeat the path without the
    /// query, or one parameter. The longest first, so that no piece of one is left.
    private static List<String> secrets(URI address) {
        String path = address.getRawPath();
        Set<String> found = new HashSet<>();
        for (Optional<String> query :
                List.of(
                        Optional.ofNullable(address.getRawQuery()),
                        Optional.ofNullable(address.getQuery()))) {
            query.ifPresent(it -> {
                // Without the first slash, which servers may leave out.
                found.add((path + "?" + it).replaceFirst("^/", ""));
                Stream.of(it.split("&", -1)).forEach(pair -> found.add(valueOf(pair)));
            });
        }
        for (String form : List.of(path, address.getPath())) {
            found.add(form.replaceFirst("^/", ""));
            found.addAll(List.of(form.split("/", -1)));
        }
        return found.stream()
                .filter(each -> each.length() >= LEAST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static String valueOf(String pair) {
        return pair.substring(pair.indexOf('=') + 1);
    }

    /// The address without what makes it a secret, for people: scheme and host.
    public String publicAddress() throws DeliveryException {
        URI address = address();
        return address.getScheme() + "://" + address.getHost() + "/…";
    }

    private URI address() throws DeliveryException {
        try {
            return new URI(new RootOnlyFile(urlFile).line());
        } catch (URISyntaxException _) {
            // Its message would hold the address.
            throw DeliveryException.lasting(urlFile + " does not hold an address");
        }
    }

    private DeliveryException refusal(WebAnswer answer) {
        int status = answer.status();
        String words = name.word() + " answered " + status;
        if (status == TOO_MANY || status == TIMEOUT || status >= SERVER_ERRORS) {
            return DeliveryException.passing(words, retryAfter(answer));
        }
        return DeliveryException.lasting(
                status >= 300 && status < 400 ? words + ": redirects are not followed" : words);
    }

    /// Source: RFC 9110, section 10.2.3; a date is left to the usual waits.
    private static Optional<Duration> retryAfter(WebAnswer answer) {
        String text = answer.headers().getOrDefault("retry-after", "");
        return text.matches("\\d{1,6}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                : Optional.empty();
    }

    /// Source: Slack, "Sending messages using incoming webhooks" and "Formatting text": `text`,
    /// with three characters escaped.
    private static String slack(Message message) {
        String text = "*" + message.headline() + "*\n" + message.text();
        String cut = text.length() > MAX_SLACK ? text.substring(0, MAX_SLACK) + "…" : text;
        String escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return NotifyJson.write(JsonNodeFactory.instance.objectNode().put("text", escaped));
    }

    private static String webhook(Message message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", message.id());
        body.put("time", message.time().toString());
        body.put("host", message.host());
        body.put("event", message.event());
        body.put("importance", message.importance().word());
        body.put("subject", message.subject());
        body.put("title", message.title());
        body.put("text", message.text());
        return NotifyJson.write(body);
    }
}
