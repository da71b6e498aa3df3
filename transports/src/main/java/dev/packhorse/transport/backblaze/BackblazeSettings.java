package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.PartPlan;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.PeerAddress;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.net.URI;
import java.time.Duration;

/// One B2 destination.
///
/// @param endpoint where an account is authorized; the service itself names all other addresses
/// @param folder the name prefix of all objects, without slashes at its ends; empty for none
/// @param leastPart the size of a part, and of the largest object that is sent in one piece
/// @param timeout how long a call may go without progress
record BackblazeSettings(
        URI endpoint,
        String bucketId,
        String folder,
        String keyId,
        Secret key,
        ByteSize leastPart,
        Duration timeout) {
    private static final String SERVICE = "https://api.backblazeb2.com";

    /// Source: B2 documentation, Large Files: at least 5 MB, which 5 MiB is above.
    static final ByteSize LEAST_PART = ByteSize.parse("5MiB");

    /// Reads the settings of a destination. `bucket_name` is for people: the id names the bucket.
    ///
    /// @throws TransportException `REFUSED` naming the setting that is missing or wrong
    static BackblazeSettings of(TransportSettings settings) throws TransportException {
        String bucketId = settings.text("bucket_id");
        if (!bucketId.matches("[A-Za-z0-9_-]{1,64}")) {
            throw refused("bucket_id must be the id of a bucket");
        }
        String folder = settings.folder("path");
        return new BackblazeSettings(
                endpoint(settings),
                bucketId,
                folder.startsWith("/") ? folder.substring(1) : folder,
                settings.text("application_key_id"),
                settings.secret("application_key"),
                leastPart(settings),
                settings.timeout());
    }

    private static URI endpoint(TransportSettings settings) throws TransportException {
        String text = settings.find("endpoint").orElse(SERVICE);
        if (!text.matches(
                "https://[A-Za-z0-9.-]+(:[0-9]{1,5})?|http://127\\.0\\.0\\.1:[0-9]{1,5}")) {
            throw refused("endpoint must be https://HOST or http://127.0.0.1:PORT");
        }
        URI endpoint = URI.create(text);
        PeerAddress.require(String.valueOf(endpoint.getHost()));
        return endpoint;
    }

    private static ByteSize leastPart(TransportSettings settings) throws TransportException {
        String rule = "part_size must be a size from 5MiB to " + PartPlan.LARGEST_PART;
        try {
            ByteSize size = ByteSize.parse(settings.find("part_size").orElse("8MiB"));
            if (size.compareTo(LEAST_PART) < 0 || size.compareTo(PartPlan.LARGEST_PART) > 0) {
                throw refused(rule);
            }
            return size;
        } catch (IllegalArgumentException e) {
            throw new TransportException(Kind.REFUSED, "open destination: " + rule, e);
        }
    }

    /// What the names of all objects begin with.
    String folderPrefix() {
        return folder.isEmpty() ? "" : folder + "/";
    }

    /// Whether an address that the service names may be given a token: its own hosts over TLS, or
    /// the host of an endpoint that was configured.
    boolean trusts(URI address) {
        String host = String.valueOf(address.getHost());
        boolean encrypted =
                "https".equals(address.getScheme())
                        || (host.equals("127.0.0.1") && "http".equals(endpoint.getScheme()));
        boolean service = endpoint.toString().equals(SERVICE);
        return encrypted
                && address.getUserInfo() == null
                && (service
                        ? host.endsWith(".backblazeb2.com") || host.endsWith(".backblaze.com")
                        : host.equals(endpoint.getHost()));
    }

    private static TransportException refused(String what) {
        return new TransportException(Kind.REFUSED, "open destination: " + what);
    }
}
