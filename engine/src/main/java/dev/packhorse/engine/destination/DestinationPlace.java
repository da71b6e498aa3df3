package dev.packhorse.engine.destination;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Sha256;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a destination's archives lie, as far as its settings tell: the folder of a server. One
/// server of two names is not found out here, but by the mark that each place has.
///
/// @param server what the folder lies on
/// @param folder its path, without slashes at the ends
record DestinationPlace(String server, String folder) {
    private static final String SSH_PORT = "22";

    static DestinationPlace of(Destination destination) {
        return switch (destination.settings()) {
            case DestinationSettings.Local local -> new DestinationPlace("", plain(local.path()));
            case DestinationSettings.Remote remote -> remote(destination.type(), remote);
        };
    }

    private static DestinationPlace remote(
            DestinationType type, DestinationSettings.Remote remote) {
        SortedMap<String, String> values = remote.values();
        return switch (type) {
            case LOCAL -> throw new IllegalArgumentException("a folder of this server");
            case SFTP, RSYNC ->
                    place(
                            "ssh",
                            values.getOrDefault("path", ""),
                            values.getOrDefault("host", ""),
                            values.getOrDefault("port", SSH_PORT),
                            values.getOrDefault("username", ""));
            case FTP, WEBDAV ->
                    place(
                            type.word(),
                            values.getOrDefault("path", ""),
                            values.getOrDefault("host", ""),
                            values.getOrDefault("port", ""),
                            values.getOrDefault("username", ""));
            case AMAZON_S3, S3_COMPATIBLE ->
                    place(
                            "s3",
                            values.getOrDefault("folder", ""),
                            values.getOrDefault("host", ""),
                            values.getOrDefault("bucket", ""));
            case BACKBLAZE ->
                    place(
                            type.word(),
                            values.getOrDefault("path", ""),
                            values.getOrDefault("endpoint", ""),
                            values.getOrDefault("bucket_id", ""));
            case GOOGLE_DRIVE ->
                    place(
                            type.word(),
                            values.getOrDefault("folder", ""),
                            values.getOrDefault("client_id", ""),
                            values.getOrDefault("service_account", ""),
                            digest(remote.secrets().get("refresh_token")));
            case CUSTOM ->
                    place(
                            type.word() + " " + values.getOrDefault("script", ""),
                            values.getOrDefault("path", ""),
                            values.getOrDefault("host", ""),
                            values.getOrDefault("username", ""));
        };
    }

    /// Tells the accounts of one client apart.
    private static String digest(@Nullable Secret token) {
        return token == null
                ? ""
                : HexFormat.of().formatHex(Sha256.begin().digest(token.reveal().getBytes(UTF_8)));
    }

    private static DestinationPlace place(String kind, String folder, String... server) {
        String on = String.join(" ", List.of(server)).toLowerCase(Locale.ROOT);
        // From where the login lands is another place than from the top.
        boolean top = folder.startsWith("/") && kind.equals("ssh");
        return new DestinationPlace(kind + " " + on, (top ? "/" : "") + plain(folder));
    }

    private static String plain(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .collect(Collectors.joining("/"));
    }

    /// Whether one lies in the other, or both are the same.
    boolean overlaps(DestinationPlace other) {
        return server.equals(other.server)
                && (isIn(folder, other.folder) || isIn(other.folder, folder));
    }

    private static boolean isIn(String inner, String outer) {
        return outer.isEmpty() || inner.equals(outer) || inner.startsWith(outer + "/");
    }
}
