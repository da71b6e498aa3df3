package dev.packhorse.engine.gzip;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The functions of `libdeflate.so.0` that packing needs. Immutable; many threads. `code` tells its
/// builds apart.
///
/// Source: libdeflate.h of libdeflate 1.14.
record Libdeflate(MethodHandle alloc, MethodHandle deflate, MethodHandle free, String code) {
    static final String NAME = "libdeflate.so.0";

    /// The library, empty where the machine has none that fits.
    static final Optional<Libdeflate> INSTANCE = load(NAME);

    /// @param name a name that the linker looks for, or a path
    static Optional<Libdeflate> load(String name) {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> alloc = library.find("libdeflate_alloc_compressor");
        Optional<MemorySegment> deflate = library.find("libdeflate_deflate_compress");
        Optional<MemorySegment> free = library.find("libdeflate_free_compressor");
        if (alloc.isEmpty() || deflate.isEmpty() || free.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Libdeflate(
                        linker.downcallHandle(
                                alloc.get(),
                                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT)),
                        linker.downcallHandle(
                                deflate.get(),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG)),
                        linker.downcallHandle(
                                free.get(), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
                        LoadedCode.digest(deflate.get())));
    }

    /// A compressor to be given back with [#release].
    MemorySegment newCompressor(int level) {
        MemorySegment compressor;
        try {
            compressor = (MemorySegment) alloc.invokeExact(level);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (compressor.address() == 0) {
            throw new OutOfMemoryError("libdeflate has no memory for a compressor");
        }
        return compressor;
    }

    /// One raw deflate stream; 0 if it does not fit.
    long deflate(MemorySegment compressor, MemorySegment raw, MemorySegment packed) {
        try {
            return (long)
                    deflate.invokeExact(compressor, raw, raw.byteSize(), packed, packed.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void release(MemorySegment compressor) {
        try {
            free.invokeExact(compressor);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static IllegalStateException unexpected(Throwable cause) {
        // A C function cannot throw: whatever arrives here is a fault of the linkage.
        return new IllegalStateException("call into " + NAME + " failed", cause);
    }
}
