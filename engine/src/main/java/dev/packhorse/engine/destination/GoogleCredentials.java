package dev.packhorse.engine.destination;

import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.FlatYaml;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The refresh tokens that administrators' consents gave, one an OAuth client, each sealed in a
/// file with mode 0600. The name of a file is a digest: a client id may hold anything. Safe for
/// many threads.
public final class GoogleCredentials {
    /// The folder in the state folder.
    public static final String FOLDER = "google";

    private static final Pattern CLIENT_ID = Pattern.compile("[\\x21-\\x7e]{1,256}");
    private static final String ID_KEY = "client_id";
    private static final String TOKEN_KEY = "refresh_token";

    private final Path folder;
    private final SecretSeal seal;

    /// @param folder need not exist
    public GoogleCredentials(Path folder, SecretSeal seal) {
        this.folder = folder;
        this.seal = seal;
    }

    /// Whether a text can be the id of an OAuth client: up to 256 visible ASCII characters.
    public static boolean isClientId(String text) {
        return CLIENT_ID.matcher(text).matches();
    }

    /// Keeps the refresh token of a client in place of any before. When it returns, the file is on
    /// stable storage.
    ///
    /// @throws IOException if it cannot be written
    public void keep(String clientId, Secret refreshToken) throws IOException {
        String name = name(clientId);
        SortedMap<String, Optional<String>> lines = new TreeMap<>();
        lines.put(ID_KEY, Optional.of(clientId));
        lines.put(TOKEN_KEY, Optional.of(seal.seal(refreshToken, place(name))));
        AtomicFile.replace(file(name), FlatYaml.write(lines));
    }

    /// The refresh token of a client, empty if nobody has consented for it here.
    ///
    /// @throws IOException if its file cannot be read, is damaged, or was sealed by another server
    public Optional<Secret> find(String clientId) throws IOException {
        String name = name(clientId);
        Path file = file(name);
        try {
            Map<String, FlatYaml.Entry> entries = FlatYaml.read(file);
            String token = text(entries, TOKEN_KEY);
            if (!text(entries, ID_KEY).equals(clientId) || !SecretSeal.isSealed(token)) {
                throw new IOException(file + " is damaged: consent at Google again");
            }
            return Optional.of(seal.open(token, place(name)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".yaml");
    }

    private static String place(String name) {
        return name + "/" + TOKEN_KEY;
    }

    private static String name(String clientId) {
        byte[] digest = Sha256.begin().digest(clientId.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    private static String text(Map<String, FlatYaml.Entry> entries, String key) {
        FlatYaml.Entry entry = entries.get(key);
        return entry == null ? "" : entry.value().orElse("");
    }
}
