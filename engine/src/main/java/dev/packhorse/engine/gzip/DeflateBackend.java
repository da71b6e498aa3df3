package dev.packhorse.engine.gzip;

/// Who deflates. Streams of both are read by every gzip reader; they differ in speed, and slightly
/// in size.
public enum DeflateBackend {
    /// The system library `libdeflate.so.0`.
    LIBDEFLATE("libdeflate"),
    /// The JDK's own zlib.
    JDK("JDK zlib");

    private final String title;

    DeflateBackend(String title) {
        this.title = title;
    }

    /// The fastest one of this machine.
    public static DeflateBackend best() {
        return LIBDEFLATE.isAvailable() ? LIBDEFLATE : JDK;
    }

    /// Whether this machine has it.
    public boolean isAvailable() {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.INSTANCE.isPresent();
            case JDK -> true;
        };
    }

    /// A name for people.
    public String title() {
        return title;
    }

    /// A codec for units that shrink.
    Codec codec(int level) {
        return switch (this) {
            case LIBDEFLATE -> new LibdeflateCodec(Libdeflate.INSTANCE.orElseThrow(), level);
            case JDK -> JdkCodec.full(level);
        };
    }

    /// A codec for units that only entropy coding shrinks, such as base64: zlib's is faster there
    /// than any level of libdeflate, at the same size.
    static Codec entropyCodec() {
        return JdkCodec.huffmanOnly();
    }
}
