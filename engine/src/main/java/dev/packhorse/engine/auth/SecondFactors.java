package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// The second factors of users: a key that their telephone has, too, and of which it makes a code
/// for each half minute. One file a user, the key sealed. A code is taken once, also across a
/// crash. Whatever cannot be read lets nobody in. Safe for many threads of one process.
public final class SecondFactors {
    private static final int VERSION = 1;
    private static final int KEY_BYTES = 20;
    private static final String END = ".json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path folder;
    private final Sealing sealing;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// @param folder where they lie; made with mode 0700 with the first
    public SecondFactors(Path folder, Sealing sealing, InstantSource clock) {
        this.folder = folder.toAbsolutePath();
        this.sealing = sealing;
        this.clock = clock;
    }

    /// A user with a second factor.
    ///
    /// @param since when it was made
    /// @param isUsed whether a code of it was ever taken
    public record Enrolled(String user, Instant since, boolean isUsed) {}

    /// @param lastStep the newest step whose code was taken, -1 for none
    private record Factor(Secret key, Instant since, long lastStep) {
        byte[] bytes() {
            return HexFormat.of().parseHex(key.reveal());
        }
    }

    /// Makes a user's second factor; from now on passwords need a code. When this returns it is on
    /// the disk.
    ///
    /// @param issuer the name of this server, which telephones show
    /// @return what the telephone reads, told this once; empty if the user has one
    public synchronized Optional<Secret> enable(String user, String issuer) throws IOException {
        Path file = file(user);
        SecretFile.makeFolder(folder);
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        Factor factor =
                new Factor(
                        new Secret(HexFormat.of().formatHex(key)),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        -1);
        if (!SecretFile.create(file, encode(user, factor))) {
            return Optional.empty();
        }
        String name = encoded(issuer);
        return Optional.of(
                new Secret(
                        "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d"
                                .formatted(
                                        name,
                                        encoded(user),
                                        OneTimeCode.base32(key),
                                        name,
                                        OneTimeCode.DIGITS,
                                        OneTimeCode.STEP_SECONDS)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Removes a user's second factor: the password alone is enough again.
    ///
    /// @return false if there was none
    public synchronized boolean disable(String user) throws IOException {
        return SecretFile.delete(file(user));
    }

    /// Whether a user's password needs a code.
    public boolean isRequired(String user) {
        return HostUsers.isValidName(user) && Files.exists(file(user), LinkOption.NOFOLLOW_LINKS);
    }

    /// Takes a code, which then is worth nothing any more.
    ///
    /// @return false if it is wrong, too old, or was taken before, or if the user has no second
    ///   factor
    /// @throws IOException if the factor cannot be read, or that the code was taken cannot be kept
    public synchronized boolean take(String user, String code) throws IOException {
        Optional<Factor> factor = read(user);
        if (factor.isEmpty()) {
            return false;
        }
        OptionalLong step =
                OneTimeCode.match(
                        factor.get().bytes(), code, clock.instant(), factor.get().lastStep());
        if (step.isEmpty()) {
            return false;
        }
        Factor used = new Factor(factor.get().key(), factor.get().since(), step.getAsLong());
        SecretFile.write(file(user), encode(user, used));
        return true;
    }

    /// Everybody who has one, by name.
    public synchronized List<Enrolled> list() throws IOException {
        List<String> users = new ArrayList<>();
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*" + END)) {
                files.forEach(file -> {
                    String name = file.getFileName().toString();
                    users.add(name.substring(0, name.length() - END.length()));
                });
            }
        }
        users.sort(null);
        List<Enrolled> all = new ArrayList<>();
        for (String user : users) {
            JsonNode json = json(user).orElseThrow(() -> damaged(user, null));
            all.add(
                    new Enrolled(
                            user,
                            Instant.ofEpochSecond(json.path("since").asLong(0)),
                            json.path("last_step").asLong(-1) >= 0));
        }
        return all;
    }

    private byte[] encode(String user, Factor factor) {
        return MAPPER.writeValueAsBytes(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("version", VERSION)
                        .put("since", factor.since().getEpochSecond())
                        .put("key", sealing.seal(factor.key(), place(user)))
                        .put("last_step", factor.lastStep()));
    }

    private Optional<Factor> read(String user) throws IOException {
        Optional<JsonNode> json = json(user);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Factor(
                            sealing.open(json.get().path("key").stringValue(), place(user)),
                            Instant.ofEpochSecond(json.get().path("since").longValue()),
                            json.get().path("last_step").longValue()));
        } catch (JacksonException | IllegalArgumentException e) {
            throw damaged(user, e);
        }
    }

    private Optional<JsonNode> json(String user) throws IOException {
        try {
            JsonNode json = MAPPER.readTree(Files.readAllBytes(file(user)));
            if (json.path("version").asInt(0) != VERSION) {
                throw damaged(user, null);
            }
            return Optional.of(json);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw damaged(user, e);
        }
    }

    private IOException damaged(String user, @Nullable Exception cause) {
        return new IOException(
                "the second factor of "
                        + user
                        + " cannot be read ("
                        + file(user)
                        + "); remove it by “packhorse second-factor disable "
                        + user
                        + "” and enable it anew",
                cause);
    }

    private static String place(String user) {
        return user + "/second factor";
    }

    private Path file(String user) {
        if (!HostUsers.isValidName(user)) {
            throw new IllegalArgumentException("not a user name");
        }
        return folder.resolve(user + END);
    }
}
