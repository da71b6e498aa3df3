package dev.packhorse.engine.gzip;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The functions of `libisal.so.2` that packing needs. Immutable; many threads. `code` tells its
/// builds apart; which of its ways is taken depends on the processor, which its output shows.
///
/// Source: igzip_lib.h of ISA-L 2.30 (the offsets of `struct isal_zstream` were read off it with a
/// compiler on x86-64; the struct has no other members on aarch64).
record Isal(MethodHandle init, MethodHandle deflate, String code) {
    /// The library, empty where the machine has none that fits.
    static final Optional<Isal> INSTANCE = load();

    static final long NEXT_IN = 0;
    static final long AVAIL_IN = 8;
    static final long NEXT_OUT = 16;
    static final long AVAIL_OUT = 24;
    static final long TOTAL_OUT = 28;
    static final long LEVEL = 40;
    static final long LEVEL_BUFFER_BYTES = 44;
    static final long LEVEL_BUFFER = 48;
    static final long END_OF_STREAM = 56;

    /// Three times what the struct has in 2.30, so that a later version with a larger state fits.
    static final long STREAM_BYTES = 256 * 1024;

    /// `ISAL_DEF_LVL1_EXTRA_LARGE`, rounded up.
    static final int WORK_BYTES = 576 * 1024;

    private static final String NAME = "libisal.so.2";

    private static Optional<Isal> load() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(NAME, Arena.global());
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
        Optional<MemorySegment> init = library.find("isal_deflate_stateless_init");
        Optional<MemorySegment> deflate = library.find("isal_deflate_stateless");
        if (init.isEmpty() || deflate.isEmpty()) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return Optional.of(
                new Isal(
                        linker.downcallHandle(
                                init.get(), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
                        linker.downcallHandle(
                                deflate.get(),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)),
                        LoadedCode.digest(deflate.get())));
    }

    void init(MemorySegment stream) {
        try {
            init.invokeExact(stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Zero if the whole input was packed.
    int deflate(MemorySegment stream) {
        try {
            return (int) deflate.invokeExact(stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable cause) {
        // A C function cannot throw: whatever arrives here is a fault of the linkage.
        return new IllegalStateException("call into " + NAME + " failed", cause);
    }
}
