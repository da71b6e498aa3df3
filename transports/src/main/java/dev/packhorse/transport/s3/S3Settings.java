package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.PartPlan;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/// One S3 destination.
///
/// @param endpoint where the server is; never taken from the environment
/// @param folder the key prefix of all objects, without slashes at its ends; empty for none
/// @param leastPart the size of a part, and of the largest object that is sent in one piece
/// @param lockDays for how many days a new object cannot be removed or replaced, 0 for no lock
/// @param timeout how long a call may go without progress
record S3Settings(
        URI endpoint,
        String region,
        String bucket,
        String folder,
        String accessKeyId,
        Secret secretKey,
        S3Profile profile,
        ByteSize leastPart,
        int lockDays,
        Duration timeout) {
    /// The smallest part that servers take, but for the last of an object.
    ///
    /// Source: Amazon S3 User Guide, multipart upload limits.
    static final ByteSize LEAST_PART = ByteSize.parse("5MiB");

    /// Reads the settings of a destination.
    ///
    /// @param type the word of its type
    /// @throws TransportException `REFUSED` naming the setting that is missing or wrong
    static S3Settings of(String type, TransportSettings settings) throws TransportException {
        boolean amazon = type.equals(S3TransportFactory.AMAZON);
        String region = region(settings);
        return new S3Settings(
                amazon ? S3Endpoint.ofAmazon(region) : S3Endpoint.parse(settings.text("host")),
                region,
                bucket(settings),
                folder(settings),
                settings.text("aws_access_key_id"),
                settings.secret("password"),
                profile(settings, amazon ? S3Profile.STANDARD : S3Profile.COMPAT),
                leastPart(settings),
                settings.number("object_lock_days", 0, 36_500, 0),
                settings.timeout());
    }

    private static String region(TransportSettings settings) throws TransportException {
        String region = settings.find("region").orElse("us-east-1");
        if (!region.matches("[a-z0-9-]{1,40}")) {
            throw refused("region must be a name such as us-east-1");
        }
        return region;
    }

    /// Source: Amazon S3 User Guide, general purpose bucket naming rules; older buckets may have
    /// capitals and underscores.
    private static String bucket(TransportSettings settings) throws TransportException {
        String bucket = settings.text("bucket");
        if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,254}")) {
            throw refused("bucket must be the name of a bucket");
        }
        return bucket;
    }

    private static String folder(TransportSettings settings) throws TransportException {
        String folder = settings.folder("folder");
        return folder.startsWith("/") ? folder.substring(1) : folder;
    }

    private static S3Profile profile(TransportSettings settings, S3Profile otherwise)
            throws TransportException {
        String text = settings.find("profile").orElse(otherwise.name());
        for (S3Profile profile : S3Profile.values()) {
            if (profile.name().equals(text.toUpperCase(Locale.ROOT))) {
                return profile;
            }
        }
        throw refused("profile must be standard or compat");
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

    private static TransportException refused(String what) {
        return new TransportException(Kind.REFUSED, "open destination: " + what);
    }
}
