package dev.packhorse.cli.daemon;

import dev.packhorse.cli.client.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A script for destinations of the type Custom that stores in a folder beside itself, and stops
/// after 24 MiB. Told to hurry, a run that waits there gives up, and the next stores all. Every
/// folder above a script must be root's alone, so it lies in root's home.
final class SlowScript implements AutoCloseable {
    private static final String TEXT =
            """
            #!/bin/sh
            set -eu
            here=${0%/*}
            store=$here/store
            case "$1" in
                put)
                    mkdir -p "$store${4%/*}"
                    : >"$store$4"
                    if [ -e "$here/hurry" ]; then cat "$3" >"$store$4"; exit 0; fi
                    at=0
                    while [ $((at * 1048576)) -lt "$(stat -c %s "$3")" ]; do
                        dd if="$3" bs=1M skip=$at count=1 status=none >>"$store$4"
                        at=$((at + 1))
                        while [ $at -ge 24 ] && [ ! -e "$here/hurry" ] && [ -e "$0" ]; do sleep 0.1; done
                        if [ $at -ge 24 ] || [ -e "$here/hurry" ]; then exit 1; fi
                    done ;;
                get) cat "$store$3" >"$4" ;;
                ls) cd "$store$3" && LC_ALL=C exec ls -lA ;;
                mkdir) mkdir -p "$store$3" ;;
                delete) rm "$store$3" ;;
                *) exit 64 ;;
            esac
            """;

    private final Path folder;

    private SlowScript(Path folder) {
        this.folder = folder;
    }

    static SlowScript write() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/root"), "packhorse-slow");
        Path script = Files.writeString(folder.resolve("script.sh"), TEXT);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(folder.resolve("store/far"));
        return new SlowScript(folder);
    }

    Parameters settings() {
        Parameters parameters =
                new Parameters().add("type", "Custom").add("name", "far").add("timeout", "30");
        values().forEach(parameters::add);
        return parameters;
    }

    /// What makes it a destination.
    Map<String, String> values() {
        return Map.of(
                "path",
                "/far",
                "host",
                "far.example",
                "username",
                "rider",
                "password",
                "word",
                "script",
                folder.resolve("script.sh").toString());
    }

    void hurry() throws IOException {
        Files.createFile(folder.resolve("hurry"));
    }

    /// The size of the largest file that was stored so far.
    long largest() {
        return files().stream().mapToLong(file -> file.toFile().length()).max().orElse(0);
    }

    /// The digest of the stored file of this name.
    String stored(String name) throws Exception {
        return digest(
                files().stream().filter(file -> file.endsWith(name)).findFirst().orElseThrow());
    }

    static String digest(Path file) throws IOException, GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
