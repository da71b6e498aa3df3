package dev.packhorse.engine.sshkey;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// Root's folder of keys, and the list of keys that may log in as root. Safe for many threads of
/// one process.
public final class SshKeyFolder {
    /// Where the host has it.
    public static final String HOST_PATH = "/root/.ssh";

    private static final String AUTHORIZED = HOST_PATH + "/authorized_keys";
    private static final long LARGEST = 64 << 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern PRIVATE =
            Pattern.compile(
                    "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\\s\\S]*-----END [A-Z0-9 ]*-----\\s*");

    /// Files of SSH's own that are no keys.
    private static final Set<String> NO_KEYS =
            Set.of(
                    "authorized_keys",
                    "authorized_keys2",
                    "config",
                    "environment",
                    "known_hosts",
                    "known_hosts.old",
                    "rc");

    private final HostFiles files;
    private final ReentrantLock writing = new ReentrantLock();

    public SshKeyFolder(HostRoot root) {
        this.files = new HostFiles(root);
    }

    /// A file of a key.
    ///
    /// @param name its name in the folder
    /// @param isPrivate whether it holds a private key, else a public one
    /// @param text its content
    /// @param publicKey the public key, empty for a private one
    /// @param changedAt when its content or rights last changed, in seconds since 1970
    /// @param modifiedAt when its content last changed, in seconds since 1970
    public record KeyFile(
            String name,
            boolean isPrivate,
            Secret text,
            Optional<PublicKeyLine> publicKey,
            long changedAt,
            long modifiedAt) {}

    /// Whether a key's file may have the name.
    public static boolean isName(String text) {
        return NAME.matcher(text).matches() && !NO_KEYS.contains(text);
    }

    /// Whether the text is the file of a private key, in any of the forms that SSH reads.
    public static boolean isPrivateKey(String text) {
        return PRIVATE.matcher(text).matches();
    }

    /// The keys, by name. Files that hold none are left out.
    public List<KeyFile> list() throws IOException {
        List<KeyFile> found = new ArrayList<>();
        for (var name : files.list(HOST_PATH)) {
            if (isName(name.toString())) {
                find(name.toString()).ifPresent(found::add);
            }
        }
        return found;
    }

    /// One key, empty if there is no such file, or it holds no key.
    public Optional<KeyFile> find(String name) throws IOException {
        Optional<FileStat> stat =
                files.stat(path(name))
                        .filter(each -> each.type() == FileType.REGULAR)
                        .filter(each -> each.sizeBytes() <= LARGEST);
        Optional<byte[]> content =
                stat.isEmpty() ? Optional.empty() : files.readBytes(path(name), LARGEST);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(content.get(), StandardCharsets.UTF_8);
        Optional<PublicKeyLine> key = PublicKeyLine.parse(text);
        return isPrivateKey(text) || key.isPresent()
                ? Optional.of(
                        new KeyFile(
                                name,
                                isPrivateKey(text),
                                new Secret(text),
                                isPrivateKey(text) ? Optional.empty() : key,
                                stat.get().ctimeSeconds(),
                                stat.get().mtimeSeconds()))
                : Optional.empty();
    }

    /// Whether there is a file of the name, a key or not.
    public boolean has(String name) throws IOException {
        return files.stat(path(name)).isPresent();
    }

    /// Writes a key's file, mode 0600, in place of any of the name.
    public void write(String name, Secret text) throws IOException {
        files.makeFolder(HOST_PATH, FileRights.ofRoot(0700));
        files.writeText(path(name), text.reveal(), FileRights.ofRoot(0600));
    }

    /// Removes a key's file.
    ///
    /// @return false if there was none
    public boolean remove(String name) throws IOException {
        return files.remove(path(name));
    }

    /// Whether a key may log in as root.
    public boolean isAuthorized(PublicKeyLine key) throws IOException {
        return lines().stream().anyMatch(line -> holds(line, key));
    }

    /// Lets a key log in as root; options of the key from before are replaced.
    ///
    /// @param options in the form of the file, without blanks outside quotes; may be empty
    public void authorize(PublicKeyLine key, String options) throws IOException {
        rewrite(key, (options.isEmpty() ? "" : options + " ") + key.text());
    }

    /// Takes that back.
    public void revoke(PublicKeyLine key) throws IOException {
        rewrite(key, "");
    }

    /// Every other line stays as it is.
    private void rewrite(PublicKeyLine key, String line) throws IOException {
        writing.lock();
        try {
            List<String> before = lines();
            List<String> after = new ArrayList<>(before);
            after.removeIf(each -> holds(each, key));
            if (!line.isEmpty()) {
                after.add(line);
            }
            if (!after.equals(before)) {
                files.makeFolder(HOST_PATH, FileRights.ofRoot(0700));
                files.replaceContent(
                        AUTHORIZED,
                        (String.join("\n", after) + (after.isEmpty() ? "" : "\n"))
                                .getBytes(StandardCharsets.UTF_8),
                        FileRights.ofRoot(0600));
            }
        } finally {
            writing.unlock();
        }
    }

    private List<String> lines() throws IOException {
        return files.readText(AUTHORIZED).map(text -> text.lines().toList()).orElse(List.of());
    }

    private static boolean holds(String line, PublicKeyLine key) {
        return !line.startsWith("#")
                && PublicKeyLine.parse(line).filter(key::isSameKey).isPresent();
    }

    private static String path(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not the name of a key's file: " + name);
        }
        return HOST_PATH + "/" + name;
    }
}
