package dev.packhorse.engine.auth;

import dev.packhorse.engine.host.HostRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Who of the host's users may call: root, and the resellers. Read from the host's files on each
/// call, so that a change counts at once. Safe for many threads.
///
/// Source: `/var/cpanel/resellers` has lines `NAME:right,right,...`; a suspended account has a file
/// of its name in `/var/cpanel/suspended`.
public final class HostUsers {
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_.-]{0,31}");
    private static final String ROOT = "root";

    private final HostRoot root;

    public HostUsers(HostRoot root) {
        this.root = root;
    }

    static boolean isValidName(String name) {
        return NAME.matcher(name).matches();
    }

    /// The rights of a user; empty if the user may not call at all: neither root nor a reseller, no
    /// longer a user of the host, or suspended.
    ///
    /// @throws IOException if the host's files cannot be read
    public Optional<Set<String>> rights(String user) throws IOException {
        if (user.equals(ROOT)) {
            return Optional.of(Set.of(Caller.ALL));
        }
        if (!isValidName(user)) {
            return Optional.empty();
        }
        Optional<List<String>> reseller = line("/var/cpanel/resellers", user);
        if (reseller.isEmpty() || line("/etc/passwd", user).isEmpty() || isSuspended(user)) {
            return Optional.empty();
        }
        return Optional.of(rightsIn(reseller.get()));
    }

    /// Whether the host's files call somebody a reseller, suspended or not.
    ///
    /// @throws IOException if they cannot be read
    public boolean isReseller(String user) throws IOException {
        return isValidName(user) && line("/var/cpanel/resellers", user).isPresent();
    }

    private static Set<String> rightsIn(List<String> fields) {
        Set<String> rights = new HashSet<>();
        for (String right : fields.get(1).split(",", -1)) {
            if (!right.isBlank()) {
                rights.add(right.strip());
            }
        }
        return rights;
    }

    private boolean isSuspended(String user) {
        return Files.exists(
                root.resolve("/var/cpanel/suspended/" + user), LinkOption.NOFOLLOW_LINKS);
    }

    /// The user's line in the shadow file, split into its fields, of which there are at least two;
    /// empty if there is none.
    ///
    /// @throws IOException if the file is there and cannot be read
    Optional<List<String>> shadow(String user) throws IOException {
        return isValidName(user) ? line("/etc/shadow", user) : Optional.empty();
    }

    private Optional<List<String>> line(String file, String user) throws IOException {
        Path path = root.resolve(file);
        try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            String start = user + ":";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(start)) {
                    return Optional.of(Arrays.asList(line.split(":", -1)));
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}
