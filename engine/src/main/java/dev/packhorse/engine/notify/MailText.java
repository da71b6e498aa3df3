package dev.packhorse.engine.notify;

import dev.packhorse.engine.model.MailAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// A message as mail: plain ASCII lines, so that every server takes it, and nothing of its text can
/// become a header.
///
/// Source: RFC 5322, RFC 2045 (base64), RFC 2047 (encoded words).
///
/// @param from the sender's address
/// @param to the receivers' addresses
public record MailText(String from, List<String> to) {
    private static final int WORD_BYTES = 45;

    /// @throws IllegalArgumentException if an address is not of the usual form
    public MailText {
        to = List.copyOf(to);
        if (to.isEmpty()) {
            throw new IllegalArgumentException("nobody to write to");
        }
        requireAddress(from);
        to.forEach(MailText::requireAddress);
    }

    private static void requireAddress(String address) {
        if (!MailAddress.isValid(address)) {
            throw new IllegalArgumentException("not a mail address: " + address);
        }
    }

    /// The whole mail with `\r\n` line ends.
    String of(Message message) {
        String domain = from.substring(from.indexOf('@') + 1);
        String body =
                Base64.getMimeEncoder()
                        .encodeToString(message.text().getBytes(StandardCharsets.UTF_8));
        return String.join(
                "\r\n",
                "From: Packhorse <" + from + ">",
                "To: " + String.join(", ", to),
                "Subject: " + encoded(message.headline()),
                "Date: "
                        + DateTimeFormatter.RFC_1123_DATE_TIME
                                .withLocale(Locale.ROOT)
                                .format(message.time().atOffset(ZoneOffset.UTC)),
                "Message-ID: <packhorse-" + message.id() + "@" + domain + ">",
                "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: base64",
                "",
                body,
                "");
    }

    /// Encoded words where a character is not plain ASCII, folded.
    private static String encoded(String text) {
        if (text.chars().allMatch(each -> each >= ' ' && each < 127)
                && text.length() <= 200
                && !text.contains("=?")) {
            return text;
        }
        StringBuilder words = new StringBuilder();
        StringBuilder part = new StringBuilder();
        text.codePoints()
                .map(each -> Character.isISOControl(each) ? ' ' : each)
                .forEach(point -> {
                    String next = Character.toString(point);
                    if (bytes(part + next).length > WORD_BYTES) {
                        add(words, part);
                    }
                    part.append(next);
                });
        add(words, part);
        return words.toString();
    }

    private static void add(StringBuilder words, StringBuilder part) {
        words.append(words.isEmpty() ? "" : "\r\n ")
                .append("=?utf-8?B?")
                .append(Base64.getEncoder().encodeToString(bytes(part.toString())))
                .append("?=");
        part.setLength(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
