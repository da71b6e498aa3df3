package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// Checks passwords against the hashes of `/etc/shadow` with the system's own crypt(3), which knows
/// what this system uses: yescrypt, sha512crypt and others. Safe for many threads.
public final class Crypt {
    /// The first name is that of Debian and RHEL 8, the second that of RHEL 9 and its relatives.
    private static final List<String> LIBRARIES = List.of("libcrypt.so.1", "libcrypt.so.2");

    /// More than struct crypt_data of any library: 32,768 bytes in libxcrypt, 131,232 in glibc.
    private static final long DATA_BYTES = 160 * 1024;

    private static final String SETTING = "$6$rounds=100000$";
    private static final int SALT_LETTERS = 16;
    private static final String SALT =
            "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAX_HASH_BYTES = 1_024;
    private static final Optional<MethodHandle> CRYPT = link();

    private Crypt() {}

    private static Optional<MethodHandle> link() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor type = FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        for (String library : LIBRARIES) {
            Optional<MemorySegment> function = find(library);
            if (function.isPresent()) {
                return Optional.of(linker.downcallHandle(function.get(), type));
            }
        }
        return Optional.empty();
    }

    private static Optional<MemorySegment> find(String library) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global()).find("crypt_r");
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
    }

    /// Whether the password belongs to the hash. False for an empty, locked (`!`, `*`) or unknown
    /// hash, and for a password with a NUL, behind which crypt would not look.
    ///
    /// @throws IOException if the system has no crypt library
    public static boolean verify(String password, String hash) throws IOException {
        MethodHandle crypt = library();
        boolean isUsable =
                !hash.isEmpty()
                        && !hash.startsWith("*")
                        && !hash.startsWith("!")
                        && hash.length() < MAX_HASH_BYTES
                        && hash.indexOf('\0') < 0
                        && password.indexOf('\0') < 0;
        return isUsable && matches(crypt, password, hash);
    }

    /// The hash of a password, to be put into `/etc/shadow`: sha512crypt, which every system knows,
    /// with a new salt.
    ///
    /// @throws IOException if the system has no crypt library
    /// @throws IllegalArgumentException if the password has a NUL, behind which nothing would count
    public static String hash(String password) throws IOException {
        if (password.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a password cannot hold a NUL");
        }
        MethodHandle crypt = library();
        StringBuilder setting = new StringBuilder(SETTING);
        for (int i = 0; i < SALT_LETTERS; i++) {
            setting.append(SALT.charAt(RANDOM.nextInt(SALT.length())));
        }
        String hash = compute(crypt, password, setting.append('$').toString());
        if (!hash.startsWith(SETTING)) {
            throw new IOException("the system's crypt library does not know sha512crypt");
        }
        return hash;
    }

    private static MethodHandle library() throws IOException {
        return CRYPT.orElseThrow(() ->
                new IOException(
                        "passwords cannot be checked: neither of "
                                + LIBRARIES
                                + " is installed; install libcrypt1 or libxcrypt"));
    }

    private static boolean matches(MethodHandle crypt, String password, String hash) {
        return isSame(compute(crypt, password, hash), hash);
    }

    /// What the library makes of a password; `*` if it cannot.
    private static String compute(MethodHandle crypt, String password, String setting) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = arena.allocateFrom(password);
            MemorySegment data = arena.allocate(DATA_BYTES, 16);
            try {
                MemorySegment result = invoke(crypt, secret, arena.allocateFrom(setting), data);
                return result.equals(MemorySegment.NULL)
                        ? "*"
                        : result.reinterpret(MAX_HASH_BYTES).getString(0);
            } finally {
                // The library keeps parts of the password in there.
                data.fill((byte) 0);
                secret.fill((byte) 0);
            }
        }
    }

    private static boolean isSame(String computed, String hash) {
        return !computed.startsWith("*")
                && MessageDigest.isEqual(
                        computed.getBytes(StandardCharsets.UTF_8),
                        hash.getBytes(StandardCharsets.UTF_8));
    }

    private static MemorySegment invoke(
            MethodHandle crypt, MemorySegment secret, MemorySegment hash, MemorySegment data) {
        try {
            return (MemorySegment) crypt.invokeExact(secret, hash, data);
        } catch (RuntimeException | Error broken) {
            throw broken;
        } catch (Throwable impossible) {
            throw new IllegalStateException("crypt_r threw", impossible);
        }
    }
}
