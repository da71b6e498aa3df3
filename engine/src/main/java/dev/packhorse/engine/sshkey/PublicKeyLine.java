package dev.packhorse.engine.sshkey;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A public key as one line of text.
///
/// Source: sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; RFC 4253, section 6.6.
///
/// @param type as `ssh-rsa`
/// @param blob the key in base64
/// @param comment may be empty
public record PublicKeyLine(String type, String blob, String comment) {
    private static final Set<String> TYPES =
            Set.of(
                    "ssh-rsa",
                    "ssh-ed25519",
                    "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384",
                    "ecdsa-sha2-nistp521",
                    "sk-ssh-ed25519@openssh.com",
                    "sk-ecdsa-sha2-nistp256@openssh.com");

    private static final Pattern LINE =
            Pattern.compile(
                    "(?:.*?\\s)?([a-z0-9@.-]+)\\s+([A-Za-z0-9+/]{40,16384}={0,2})(?:\\s+(.*))?");

    /// Reads a line, with options in front or not; empty if it holds no key of a known type.
    public static Optional<PublicKeyLine> parse(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String comment = matcher.group(3) == null ? "" : matcher.group(3).strip();
        return Optional.of(new PublicKeyLine(matcher.group(1), matcher.group(2), comment))
                .filter(PublicKeyLine::isWhole);
    }

    /// The type stands inside the key again.
    private boolean isWhole() {
        if (!TYPES.contains(type)) {
            return false;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(blob);
            byte[] name = type.getBytes(StandardCharsets.US_ASCII);
            return bytes.length > name.length + 4
                    && ByteBuffer.wrap(bytes).getInt() == name.length
                    && Arrays.equals(bytes, 4, 4 + name.length, name, 0, name.length);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Whether both are one key, whatever their comments.
    public boolean isSameKey(PublicKeyLine other) {
        return type.equals(other.type) && blob.equals(other.blob);
    }

    /// The line, without its end.
    public String text() {
        return type + " " + blob + (comment.isEmpty() ? "" : " " + comment);
    }
}
