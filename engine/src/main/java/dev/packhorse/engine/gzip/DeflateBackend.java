package dev.packhorse.engine.gzip;

/// Who deflates. Streams of all are read by every gzip reader; they differ in speed, and slightly
/// in size.
public enum DeflateBackend {
    /// The system library `libdeflate.so.0`.
    LIBDEFLATE("libdeflate"),
    /// The system library `libisal.so.2`: several times faster, and larger; for the lowest level
    /// only.
    ISAL("ISA-L"),
    /// The JDK's own zlib.
    JDK("JDK zlib");

    private static final int FAST_LEVEL = 1;

    private final String title;

    DeflateBackend(String title) {
        this.title = title;
    }

    /// The best one of this machine for a level.
    public static DeflateBackend bestFor(int level) {
        if (level == FAST_LEVEL && ISAL.isAvailable()) {
            return ISAL;
        }
        return LIBDEFLATE.isAvailable() ? LIBDEFLATE : JDK;
    }

    /// Whether this machine has it.
    public boolean isAvailable() {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.INSTANCE.isPresent();
            case ISAL -> Isal.INSTANCE.isPresent();
            case JDK -> true;
        };
    }

    /// A name for people.
    public String title() {
        return title;
    }

    /// Which of the system libraries this machine has, and how the others are had; for people.
    public static String libraries() {
        return "%s; %s".formatted(found(LIBDEFLATE, "libdeflate0"), found(ISAL, "libisal2"));
    }

    private static String found(DeflateBackend backend, String debianPackage) {
        return backend.isAvailable()
                ? backend.title + " found"
                : "%s missing (package %s)".formatted(backend.title, debianPackage);
    }

    /// A codec for units that shrink.
    Codec codec(int level) {
        return switch (this) {
            case LIBDEFLATE ->
                    new LibdeflateCodec(Libdeflate.INSTANCE.orElseThrow(), effort(level));
            case ISAL -> new IsalCodec(Isal.INSTANCE.orElseThrow());
            case JDK -> new JdkCodec(level);
        };
    }

    /// What tells its builds apart.
    String code() {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.INSTANCE.orElseThrow().code();
            case ISAL -> Isal.INSTANCE.orElseThrow().code();
            case JDK -> Runtime.version().toString();
        };
    }

    /// A level promises the size that `gzip` makes of an account at it. For its usual one a step
    /// less does in libdeflate, and costs a tenth less time.
    private static int effort(int level) {
        return level == GzipSettings.USUAL_LEVEL ? level - 1 : level;
    }
}
