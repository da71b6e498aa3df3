package dev.packhorse.transport.ssh;

import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The host keys that an administrator confirmed, as fingerprints in the form that `ssh-keygen -l`
/// prints. Empty as long as nobody confirmed one; then no server is trusted.
///
/// Source: OpenSSH ssh-keygen(1), option `-l`; RFC 4253 section 6.6 (the key blob)
///
/// @param fingerprints `SHA256:` and the digest of the key blob in Base64 without padding
public record HostKeyPins(Set<String> fingerprints) {
    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");
    private static final int MOST = 8;

    public HostKeyPins {
        fingerprints = Set.copyOf(fingerprints);
    }

    /// Reads one or, while a server changes its key, several fingerprints parted by blanks or
    /// commas.
    ///
    /// @throws TransportException `REFUSED` if one of them is none
    public static HostKeyPins parse(String text) throws TransportException {
        TreeSet<String> pins = new TreeSet<>(List.of(text.strip().split("[\\s,]+")));
        pins.remove("");
        if (pins.size() > MOST || !pins.stream().allMatch(pin -> isFingerprint(pin))) {
            throw new TransportException(
                    Kind.REFUSED,
                    "open destination: host_key must be the server's fingerprint, SHA256: and 43"
                            + " letters, as ssh-keygen -l prints it");
        }
        return new HostKeyPins(pins);
    }

    private static boolean isFingerprint(String text) {
        return FINGERPRINT.matcher(text.replaceFirst("=$", "")).matches();
    }

    /// Whether an administrator confirmed this key.
    public boolean trust(byte[] keyBlob) {
        String seen = fingerprint(keyBlob);
        return fingerprints.stream().anyMatch(pin -> pin.replaceFirst("=$", "").equals(seen));
    }

    /// The fingerprint of a public key blob.
    public static String fingerprint(byte[] keyBlob) {
        byte[] digest = Sha256.begin().digest(keyBlob);
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    }

    /// Why a server with this key is refused, and what to do about it.
    public String refusal(String seen) {
        return fingerprints.isEmpty()
                ? "the server's host key is not confirmed yet: compare "
                        + seen
                        + " with what the server's administrator says, then set host_key to it"
                : "the server shows the host key "
                        + seen
                        + ", which is not the confirmed one; if the server was not changed on"
                        + " purpose, somebody may stand in between; otherwise confirm the new key"
                        + " and set host_key to it";
    }
}
