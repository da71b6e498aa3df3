package dev.packhorse.engine.gzip;

/// How a stream is packed. The same settings and bytes give the same packed bytes, whatever the
/// number of threads.
///
/// @param threads workers, 1 to 64
/// @param level effort, 1 (fast) to 9 (small)
/// @param backend who deflates
/// @param singleMember one gzip member for readers that stop after the first; only the JDK's zlib
///   can pack pieces of one member, so it is used whatever the backend
public record GzipSettings(int threads, int level, DeflateBackend backend, boolean singleMember) {
    /// The effort that equals `gzip`'s usual one in size.
    public static final int USUAL_LEVEL = 6;

    private static final int MAX_THREADS = 64;

    /// Changes whenever the same bytes are cut, classed or packed differently than before.
    private static final int GENERATION = 4;

    public GzipSettings {
        requireThreads(threads);
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("gzip level must be 1 to 9, not " + level);
        }
        if (!backend.isAvailable()) {
            throw new IllegalArgumentException("not available here: " + backend.title());
        }
    }

    /// Settings for a file of many members.
    public GzipSettings(int threads, int level, DeflateBackend backend) {
        this(threads, level, backend, false);
    }

    static void requireThreads(int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("gzip threads must be 1 to 64, not " + threads);
        }
    }

    /// A worker for each core, at most 64, the usual level, the best backend of this machine.
    public static GzipSettings usual() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new GzipSettings(
                Math.min(cores, MAX_THREADS),
                USUAL_LEVEL,
                DeflateBackend.bestFor(USUAL_LEVEL),
                false);
    }

    /// The same with another number of workers.
    public GzipSettings withThreads(int workers) {
        return new GzipSettings(workers, level, backend, singleMember);
    }

    /// The same as one member or as many.
    public GzipSettings withSingleMember(boolean single) {
        return new GzipSettings(threads, level, backend, single);
    }

    String identity() {
        DeflateBackend packer = singleMember ? DeflateBackend.JDK : backend;
        String title = singleMember ? "single-member" : backend.title();
        String fingerprint = PackerFingerprint.of(packer, level);
        return "gzip/" + GENERATION + "/" + title + "/" + level + "/" + fingerprint;
    }
}
