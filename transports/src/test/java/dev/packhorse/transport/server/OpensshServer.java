package dev.packhorse.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// An OpenSSH server of this JVM's own, with a user of its own who logs in by password or key and
/// has a home in the server's folder. Started once; it and the user go with the JVM. Only root can
/// make a user, so without root the tests are skipped.
public final class OpensshServer {
    /// Has everything that a shell or a log might make something of.
    public static final String PASSWORD = "Geheim 'x\" $HOME `id` \\n%s #1";

    /// Opens the key with a passphrase.
    public static final String PASSPHRASE = "open \"sesame\" $1";

    private static final AtomicInteger FOLDERS = new AtomicInteger();
    private static final Optional<OpensshServer> SHARED = startIfPossible();

    private final Path folder;
    private final String user;
    private final ServerProcess server;
    private final int port;

    private OpensshServer(Path folder, String user, ServerProcess server, int port) {
        this.folder = folder;
        this.user = user;
        this.server = server;
        this.port = port;
    }

    /// The server.
    public static OpensshServer shared() {
        assumeTrue(SHARED.isPresent(), "needs root and /usr/sbin/sshd");
        return SHARED.orElseThrow();
    }

    public int port() {
        return port;
    }

    public String user() {
        return user;
    }

    public Path home() {
        return folder.resolve("home");
    }

    /// The user's private key, without a passphrase.
    public Path key() {
        return folder.resolve("id");
    }

    /// The user's other private key, which [#PASSPHRASE] opens.
    public Path lockedKey() {
        return folder.resolve("locked");
    }

    /// A private key that the server does not know.
    public Path strangersKey() {
        return folder.resolve("stranger");
    }

    /// The user's third private key: its sessions are spoiled as [#spoil] says.
    public Path faultyKey() {
        return folder.resolve("faulty");
    }

    /// From now on spoils the sessions of [#faultyKey()].
    ///
    /// @param fault a word of `faulty-sftp.py`, empty for none
    public void spoil(String fault) throws IOException {
        Files.writeString(home().resolve("fault"), fault);
    }

    /// Makes a private key of the user's whose sessions run a script, whatever they ask for; what
    /// they asked for is in `SSH_ORIGINAL_COMMAND`.
    public Path keyThatRuns(String script) throws IOException {
        String name = "forced" + FOLDERS.incrementAndGet();
        makeKey(folder, name, "");
        Path program = Files.writeString(folder.resolve(name + ".sh"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                folder.resolve("keys").resolve(user),
                "command=\"" + program + "\" " + Files.readString(folder.resolve(name + ".pub")),
                StandardOpenOption.APPEND);
        return folder.resolve(name);
    }

    /// What the server wrote.
    public String output() throws IOException {
        return server.output();
    }

    /// Waits until no program of a session has a word in its arguments: a program goes on for a
    /// moment after its line is cut.
    public void awaitNoneRuns(String word) throws IOException {
        server.await("the end of " + word, () -> !runs(word));
    }

    private static boolean runs(String word) throws IOException {
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    if (Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .contains(word)) {
                        return true;
                    }
                } catch (IOException _) {
                    // It has ended meanwhile.
                }
            }
            return false;
        }
    }

    /// The fingerprint of the server's key, as `ssh-keygen -l` prints it.
    public String fingerprint() throws IOException {
        String line = run(folder, "", "/usr/bin/ssh-keygen", "-l", "-f", folder + "/hostkey");
        int begin = line.indexOf("SHA256:");
        return line.substring(begin, line.indexOf(' ', begin));
    }

    /// A name in the user's home that nobody has yet.
    public String freshFolder() {
        return "place-" + FOLDERS.incrementAndGet();
    }

    private static Optional<OpensshServer> startIfPossible() {
        try {
            boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            return root && Files.exists(Path.of("/usr/sbin/sshd"))
                    ? Optional.of(start())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OpensshServer start() throws IOException {
        Path folder = ServerProcess.folder("sshd");
        String user = "packhorse-" + ProcessHandle.current().pid();
        makeUser(folder, user);
        int port = ServerProcess.freePort();
        for (String key : List.of("hostkey", "id", "faulty", "stranger")) {
            makeKey(folder, key, "");
        }
        makeKey(folder, "locked", PASSPHRASE);
        Files.createDirectories(folder.resolve("keys"));
        Files.createDirectories(Path.of("/run/sshd"));
        Files.writeString(
                folder.resolve("keys").resolve(user),
                Files.readString(folder.resolve("id.pub"))
                        + Files.readString(folder.resolve("locked.pub"))
                        + "command=\"/usr/bin/python3 "
                        + faultyServer(folder)
                        + "\" "
                        + Files.readString(folder.resolve("faulty.pub")));
        Path config =
                Files.writeString(folder.resolve("config"), configuration(folder, user, port));
        ServerProcess server =
                ServerProcess.start(
                                "sshd",
                                folder,
                                List.of("/usr/sbin/sshd", "-D", "-e", "-f", config.toString()),
                                Map.of())
                        .awaitPort(port);
        OpensshServer started = new OpensshServer(folder, user, server, port);
        Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
        return started;
    }

    private static Path faultyServer(Path folder) throws IOException {
        Path script = folder.resolve("faulty-sftp.py");
        try (InputStream in = OpensshServer.class.getResourceAsStream("faulty-sftp.py")) {
            Files.copy(Objects.requireNonNull(in), script);
        }
        return script;
    }

    private static void makeUser(Path folder, String user) throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        run(folder, "", "/usr/sbin/useradd", "-M", "-d", home.toString(), "-s", "/bin/sh", user);
        run(folder, user + ":" + PASSWORD, "/usr/sbin/chpasswd");
        UserPrincipal owner =
                home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
        Files.setOwner(home, owner);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    }

    private static void makeKey(Path folder, String name, String passphrase) throws IOException {
        String file = folder.resolve(name).toString();
        run(folder, "", "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", file);
    }

    private static String configuration(Path folder, String user, int port) {
        return String.join(
                "\n",
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + folder + "/hostkey",
                "PidFile none",
                "AuthorizedKeysFile " + folder + "/keys/%u",
                "StrictModes no",
                "UsePAM no",
                "PasswordAuthentication yes",
                "KbdInteractiveAuthentication no",
                "PermitRootLogin no",
                "PermitUserRC no",
                "AllowUsers " + user,
                "MaxStartups 100",
                // The default takes several times as long, and hundreds of logins are made.
                "KexAlgorithms curve25519-sha256",
                "Subsystem sftp internal-sftp",
                "");
    }

    /// Runs a program to its good end.
    private static String run(Path folder, String input, String... command) throws IOException {
        Path in = Files.writeString(Files.createTempFile(folder, "input", ""), input);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(in.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue()).as(output).isZero();
        Files.delete(in);
        return output;
    }

    private void stop() {
        server.close();
        try {
            run(folder, "", "/usr/sbin/userdel", "-f", user);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || isEmpty(file)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.findAny().isEmpty();
        }
    }
}
