package dev.packhorse.cli.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Accounts of the demo server whose homes change, and the nights that went by before.
///
/// @param server the root folder of their host
record SoakAccounts(Path server) {
    static final List<String> NAMES = List.of("alice", "bob", "gina", "frank");
    private static final int FILES = 8;
    private static final int MOST_BYTES = 768 << 10;
    private static final int LARGE = 7 << 20;

    /// Changes some of the home; it never holds more than a certain number of such files. One
    /// account gets a file that is sent in parts.
    void change(String name, Random chance) throws IOException {
        Path site = server.resolve("home").resolve(name).resolve("public_html");
        for (int i = chance.nextInt(3); i >= 0; i--) {
            write(site, "soak-" + chance.nextInt(FILES), chance.nextInt(MOST_BYTES), chance);
        }
        if (name.equals("alice") && chance.nextBoolean()) {
            write(site, "soak-large", LARGE + chance.nextInt(MOST_BYTES), chance);
        }
    }

    /// Bytes that do not shrink, owned as the folder is.
    private static void write(Path folder, String name, int length, Random chance)
            throws IOException {
        byte[] bytes = new byte[length];
        chance.nextBytes(bytes);
        Path file = Files.write(folder.resolve(name), bytes);
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Files.setAttribute(file, id, Files.getAttribute(folder, id));
        }
    }

    /// Puts what was packed on a day there as what was packed days before, unless that is there.
    void copyNight(LocalDate from, int daysBefore) throws IOException {
        Path source = backups().resolve(from.toString());
        Path target = backups().resolve(from.minusDays(daysBefore).toString());
        if (Files.exists(target)) {
            return;
        }
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Files.copy(each, target.resolve(source.relativize(each)));
            }
        }
    }

    Path backups() {
        return server.resolve("backup");
    }
}
