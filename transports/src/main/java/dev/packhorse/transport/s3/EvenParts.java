package dev.packhorse.transport.s3;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which buckets take no object but one whose parts have all the same length, the last excepted.
/// Cloudflare's R2 is known by its name, others by their refusal. What was learned is kept as long
/// as the process lives, since a destination is opened anew for each upload. Safe for many threads.
///
/// Source: Cloudflare R2 documentation, Multipart upload, limitations.
final class EvenParts {
    /// What such a server says at the end of an upload, and others when they lost a part.
    static final String REFUSAL = "InvalidPart";

    private static final String R2 = ".r2.cloudflarestorage.com";
    private static final Set<String> LEARNED = ConcurrentHashMap.newKeySet();

    private EvenParts() {}

    static boolean areWanted(S3Settings settings) {
        return String.valueOf(settings.endpoint().getHost()).toLowerCase(Locale.ROOT).endsWith(R2)
                || LEARNED.contains(place(settings));
    }

    /// The bucket has refused parts of several lengths.
    static void learn(S3Settings settings) {
        LEARNED.add(place(settings));
    }

    private static String place(S3Settings settings) {
        return settings.endpoint() + "/" + settings.bucket();
    }
}
