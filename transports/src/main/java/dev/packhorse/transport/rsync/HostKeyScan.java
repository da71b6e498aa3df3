package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.Child;
import dev.packhorse.transport.child.ChildCommand;
import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.ssh.HostKeyPins;
import dev.packhorse.transport.ssh.SshSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Asks a server for its host keys and keeps those that an administrator confirmed. The rest is
/// ssh's own check: a server that only shows a confirmed key, and cannot prove it, gets no further.
///
/// Source: OpenSSH ssh-keyscan(1), sshd(8) “SSH_KNOWN_HOSTS FILE FORMAT”
final class HostKeyScan {
    private static final String KEYSCAN = "/usr/bin/ssh-keyscan";
    private static final int MOST_BYTES = 64 * 1024;
    private static final int FIELDS = 3;

    private static final Map<Server, String> KNOWN = new ConcurrentHashMap<>();

    private final SshSettings settings;
    private final String operation;

    private record Server(HostPort address, HostKeyPins pins) {
        static Server of(SshSettings settings) {
            return new Server(settings.address(), settings.pins());
        }
    }

    HostKeyScan(SshSettings settings) {
        this.settings = settings;
        this.operation = "connect to " + settings.address();
    }

    /// The confirmed keys of an earlier scan by this process. A scan connects several times without
    /// a login, and OpenSSH locks out who does so often.
    Optional<String> known() {
        return Optional.ofNullable(KNOWN.get(Server.of(settings)));
    }

    /// The server has shown other keys than those: the next opening asks anew.
    static void forget(SshSettings settings) {
        KNOWN.remove(Server.of(settings));
    }

    /// The confirmed keys, as lines of a `known_hosts` file.
    ///
    /// @throws TransportException `REFUSED` if the server shows others only
    String confirmed() throws IOException {
        SortedMap<String, String> keys = ask();
        SortedMap<String, String> trusted = new TreeMap<>(keys);
        trusted.values().removeIf(key -> !isTrusted(key));
        if (!trusted.isEmpty()) {
            String lines = lines(trusted);
            KNOWN.put(Server.of(settings), lines);
            return lines;
        }
        // A broken line may have kept the confirmed one back; a server without it says so twice.
        if (!settings.pins().fingerprints().isEmpty() && !ask().equals(keys)) {
            throw new TransportException(
                    Kind.UNAVAILABLE, operation + ": the server did not show all its host keys");
        }
        String seen =
                keys.values().stream()
                        .map(key -> HostKeyPins.fingerprint(blob(key)))
                        .collect(Collectors.joining(" or "));
        throw new TransportException(
                Kind.REFUSED, operation + ": " + settings.pins().refusal(seen));
    }

    private boolean isTrusted(String key) {
        return settings.pins().trust(blob(key));
    }

    private static String lines(SortedMap<String, String> keys) {
        return keys.entrySet().stream()
                .map(key -> SshCommand.HOST + " " + key.getKey() + " " + key.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /// The keys by their types; at least one.
    private SortedMap<String, String> ask() throws IOException {
        Duration limit = settings.timeout().plusSeconds(1);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        long begin = System.nanoTime();
        ChildResult result =
                Child.run(
                        operation,
                        new ChildCommand(line(limit), Map.of()),
                        limit.multipliedBy(2),
                        new BoundedOutput(output, MOST_BYTES, operation),
                        Cancellation.never());
        SortedMap<String, String> keys = read(output.toString(StandardCharsets.ISO_8859_1));
        if (keys.isEmpty()) {
            boolean late = System.nanoTime() - begin >= settings.timeout().toNanos();
            throw new TransportException(
                    late ? Kind.TIMED_OUT : Kind.UNAVAILABLE,
                    operation
                            + ": the server shows no host key"
                            + (result.errors().isEmpty() ? "" : ": " + result.errors()));
        }
        return keys;
    }

    private List<String> line(Duration limit) {
        return List.of(
                KEYSCAN,
                "-T",
                Long.toString(limit.toSeconds()),
                "-p",
                Integer.toString(settings.address().port()),
                "-t",
                "ed25519,ecdsa,rsa",
                settings.address().host());
    }

    private static SortedMap<String, String> read(String output) {
        SortedMap<String, String> keys = new TreeMap<>();
        for (String line : output.lines().toList()) {
            String[] fields = line.split(" ", -1);
            if (fields.length == FIELDS
                    && fields[1].matches("[a-z0-9@.-]{1,64}")
                    && fields[2].matches("[A-Za-z0-9+/]{16,8192}={0,2}")
                    && fields[2].length() % 4 == 0) {
                keys.put(fields[1], fields[2]);
            }
        }
        return keys;
    }

    private static byte[] blob(String key) {
        return Base64.getDecoder().decode(key);
    }
}
