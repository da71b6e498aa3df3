package dev.packhorse.engine.gzip;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Unpacks raw deflate streams that are in memory as a whole, with `libdeflate.so.0`: in less than
/// half of the time that the JDK takes. One thread.
///
/// Source: libdeflate.h of libdeflate 1.14.
public final class WholeInflater implements AutoCloseable {
    private static final Optional<Functions> FUNCTIONS = load();
    private static final int SUCCESS = 0;

    private final Functions functions;
    private final MemorySegment decompressor;
    private final long[] counts = new long[2];
    private boolean closed;

    private record Functions(MethodHandle alloc, MethodHandle inflate, MethodHandle free) {}

    private WholeInflater(Functions functions, MemorySegment decompressor) {
        this.functions = functions;
        this.decompressor = decompressor;
    }

    private static Optional<Functions> load() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(Libdeflate.NAME, Arena.global());
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
        Optional<MemorySegment> alloc = library.find("libdeflate_alloc_decompressor");
        Optional<MemorySegment> inflate = library.find("libdeflate_deflate_decompress_ex");
        Optional<MemorySegment> free = library.find("libdeflate_free_decompressor");
        if (alloc.isEmpty() || inflate.isEmpty() || free.isEmpty()) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        // A call takes a millisecond or two, so that the collector may wait for arrays in use.
        MethodHandle unpack =
                linker.downcallHandle(
                        inflate.get(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS),
                        Linker.Option.critical(true));
        return Optional.of(
                new Functions(
                        linker.downcallHandle(
                                alloc.get(), FunctionDescriptor.of(ValueLayout.ADDRESS)),
                        unpack,
                        linker.downcallHandle(
                                free.get(), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))));
    }

    /// Empty where the machine has no library that fits.
    public static Optional<WholeInflater> open() {
        return FUNCTIONS.map(functions -> new WholeInflater(functions, allocate(functions)));
    }

    private static MemorySegment allocate(Functions functions) {
        MemorySegment decompressor;
        try {
            decompressor = (MemorySegment) functions.alloc().invokeExact();
        } catch (Throwable e) {
            throw Libdeflate.unexpected(e);
        }
        if (decompressor.address() == 0) {
            throw new OutOfMemoryError("libdeflate has no memory for a decompressor");
        }
        return decompressor;
    }

    /// Unpacks the stream that begins at a byte of `packed`, with what may follow it.
    ///
    /// @param to where what is there of `packed` ends
    /// @return whether it was unpacked; not if it is damaged, ends too early, or has more bytes
    ///   than `raw`, and then `raw` holds anything
    public boolean inflate(byte[] packed, int from, int to, byte[] raw) {
        MemorySegment source = MemorySegment.ofArray(packed).asSlice(from, to - from);
        MemorySegment target = MemorySegment.ofArray(raw);
        MemorySegment taken = MemorySegment.ofArray(counts).asSlice(0, Long.BYTES);
        MemorySegment given = MemorySegment.ofArray(counts).asSlice(Long.BYTES, Long.BYTES);
        try {
            int result =
                    (int)
                            functions
                                    .inflate()
                                    .invokeExact(
                                            decompressor,
                                            source,
                                            source.byteSize(),
                                            target,
                                            target.byteSize(),
                                            taken,
                                            given);
            return result == SUCCESS;
        } catch (Throwable e) {
            throw Libdeflate.unexpected(e);
        }
    }

    /// How many bytes of `packed` the stream had that was unpacked last.
    public int taken() {
        return (int) counts[0];
    }

    /// How many bytes of `raw` it filled.
    public int given() {
        return (int) counts[1];
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                functions.free().invokeExact(decompressor);
            } catch (Throwable e) {
                throw Libdeflate.unexpected(e);
            }
        }
    }
}
