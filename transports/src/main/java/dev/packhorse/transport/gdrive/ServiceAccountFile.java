package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The key file of a service account, as Google's console gives it: a regular file of root's, or of
/// the user who runs this process, that nobody else may read or write.
final class ServiceAccountFile {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int OTHERS = 0077;

    private ServiceAccountFile() {}

    /// Reads the file.
    ///
    /// @throws TransportException `REFUSED` saying what is wrong with it, never what is in it
    static GoogleLogin read(String text) throws TransportException {
        try {
            JsonNode file = DriveJson.read(content(text));
            String email = file.path("client_email").asString("");
            String keyId = file.path("private_key_id").asString("");
            if (!file.path("type").asString("").equals("service_account")
                    || !email.matches("[\\x21-\\x7e]{3,320}")) {
                throw refused(text, "it is no key of a service account", null);
            }
            return new GoogleLogin.ServiceAccount(
                    email, keyId, key(file.path("private_key").asString("")));
        } catch (TransportException e) {
            throw e;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused(text, "it holds no usable RSA key", null);
        } catch (IOException e) {
            throw refused(text, "it cannot be read", e);
        }
    }

    private static byte[] content(String text) throws IOException {
        Path file = path(text);
        Map<String, Object> facts =
                Files.readAttributes(
                        file, "unix:isRegularFile,uid,mode", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
            throw refused(text, "it is not a regular file", null);
        }
        int own = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!(facts.get("uid") instanceof Integer uid && (uid == 0 || uid == own))) {
            throw refused(text, "it must belong to root", null);
        }
        if (!(facts.get("mode") instanceof Integer mode && (mode & OTHERS) == 0)) {
            throw refused(text, "others than its owner may use it: set its mode to 0600", null);
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(MOST_BYTES);
        }
    }

    private static Path path(String text) throws TransportException {
        try {
            Path file = Path.of(text);
            if (file.isAbsolute()) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new TransportException(
                    Kind.REFUSED, "open destination: service_account is no path", e);
        }
        throw refused(text, "it must be an absolute path on this server", null);
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static TransportException refused(
            String file, String why, @Nullable IOException cause) {
        return new TransportException(
                Kind.REFUSED, "open destination: service_account " + file + ": " + why, cause);
    }
}
