package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The machine code of a system library as this process has it in memory, which tells its builds
/// apart: the file may have been replaced since, and no library here says its version.
///
/// Source: proc(5), `/proc/PID/maps`.
final class LoadedCode {
    private static final Path MAPS = Path.of("/proc/self/maps");

    /// Stands for code that cannot be looked at.
    private static final String UNKNOWN = "unknown";

    private LoadedCode() {}

    /// A digest of the code around a function of the library.
    static String digest(MemorySegment function) {
        try {
            for (String line : Files.readAllLines(MAPS)) {
                String[] fields = line.split("[ -]", 4);
                long start = Long.parseUnsignedLong(fields[0], 16);
                long end = Long.parseUnsignedLong(fields[1], 16);
                if (start <= function.address() && function.address() < end) {
                    return fields[2].startsWith("r") ? sha256(start, end) : UNKNOWN;
                }
            }
            return UNKNOWN;
        } catch (IOException _) {
            // without /proc the sample alone tells packers apart
            return UNKNOWN;
        }
    }

    private static String sha256(long start, long end) {
        MessageDigest digest = sha256();
        digest.update(MemorySegment.ofAddress(start).reinterpret(end - start).asByteBuffer());
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
