package dev.packhorse.engine.gzip;

/// How a stream is packed. The same settings and bytes give the same packed bytes, whatever the
/// number of threads.
///
/// @param threads workers, 1 to 64
/// @param level effort, 1 (fast) to 9 (small)
/// @param backend who deflates
public record GzipSettings(int threads, int level, DeflateBackend backend) {
    /// The effort that equals `gzip`'s usual one in size.
    public static final int USUAL_LEVEL = 6;

    public GzipSettings {
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("gzip threads must be 1 to 64, not " + threads);
        }
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("gzip level must be 1 to 9, not " + level);
        }
        if (!backend.isAvailable()) {
            throw new IllegalArgumentException("not available here: " + backend.title());
        }
    }

    /// A worker for each core, at most 64, the usual level, the best backend of this machine.
    public static GzipSettings usual() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new GzipSettings(Math.min(cores, 64), USUAL_LEVEL, DeflateBackend.best());
    }

    /// The same with another number of workers.
    public GzipSettings withThreads(int workers) {
        return new GzipSettings(workers, level, backend);
    }
}
