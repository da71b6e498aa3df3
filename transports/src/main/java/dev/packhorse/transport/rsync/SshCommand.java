package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.ssh.SshLogin;
import dev.packhorse.transport.ssh.SshSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How ssh is started, by rsync for one run, or for a login that runs share. No configuration of
/// the machine or a user has a say; the server goes by a fixed name, under which the confirmed keys
/// lie in a file of the run's own; a secret is printed out of the environment by a program that ssh
/// asks.
///
/// Source: OpenSSH ssh_config(5), ssh(1) `SSH_ASKPASS_REQUIRE`, `-M`; rsync(1) `--rsh`
final class SshCommand {
    /// What the server is called in rsync's arguments.
    static final String HOST = "packhorse";

    private static final String SSH = "/usr/bin/ssh";
    private static final String SECRET = "PACKHORSE_SECRET";
    private static final String ASKPASS = "#!/bin/sh\nprintf '%s\\n' \"$" + SECRET + "\"\n";
    private static final int LEAST_CONNECT_SECONDS = 1;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./=:,@%+-]+");

    private final SshSettings settings;
    private final Optional<Secret> secret;
    private final Path knownHosts;
    private final Path askpass;

    /// Writes the files of a run.
    ///
    /// @param keys the confirmed host keys, lines of a `known_hosts` file for [#HOST]
    SshCommand(RsyncSettings settings, String keys, Path folder) throws IOException {
        this.settings = settings.ssh();
        this.secret = settings.secret();
        this.knownHosts = Files.writeString(folder.resolve("known_hosts"), keys);
        this.askpass = folder.resolve("askpass");
        if (secret.isPresent()) {
            Files.writeString(askpass, ASKPASS);
            Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
            if (!Files.isExecutable(askpass)) {
                throw new TransportException(
                        Kind.REFUSED,
                        "connect to "
                                + this.settings.address()
                                + ": programs cannot be run in the folder for work, "
                                + folder.getParent());
            }
        }
    }

    /// The value of rsync's option `-e`.
    ///
    /// @param shared the socket of a login to go through; without one, or where it lets nobody
    ///   through any more, ssh logs in
    String shell(Optional<Path> shared) {
        return line("no", shared).stream().map(SshCommand::quoted).collect(Collectors.joining(" "));
    }

    /// The words of a login that opens a socket for others and does nothing else.
    List<String> master(Path socket) {
        List<String> words = line("yes", Optional.of(socket));
        words.addAll(List.of("-N", HOST));
        return words;
    }

    private List<String> line(String isMaster, Optional<Path> socket) {
        List<String> words = new ArrayList<>(List.of(SSH, "-F", "/dev/null"));
        words.addAll(List.of("-p", Integer.toString(settings.address().port())));
        words.addAll(List.of("-l", settings.username()));
        if (settings.login() instanceof SshLogin.Key key) {
            words.addAll(List.of("-i", key.file().toString().replace("%", "%%")));
        }
        for (String option : options()) {
            words.addAll(List.of("-o", option));
        }
        words.addAll(List.of("-o", "ControlMaster=" + isMaster));
        words.addAll(List.of("-o", "ControlPath=" + socket.map(Path::toString).orElse("none")));
        return words;
    }

    private List<String> options() {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "HostName=" + settings.address().host(),
                                "HostKeyAlias=" + HOST,
                                "UserKnownHostsFile=" + knownHosts,
                                "GlobalKnownHostsFile=/dev/null",
                                "StrictHostKeyChecking=yes",
                                "UpdateHostKeys=no",
                                "CheckHostIP=no",
                                "IdentitiesOnly=yes",
                                "IdentityAgent=none",
                                "ForwardAgent=no",
                                "ClearAllForwardings=yes",
                                "PermitLocalCommand=no",
                                "ControlPersist=no",
                                "RequestTTY=no",
                                "LogLevel=ERROR",
                                "NumberOfPasswordPrompts=1",
                                "ServerAliveInterval=30",
                                "ServerAliveCountMax=10"));
        long seconds = Math.max(LEAST_CONNECT_SECONDS, settings.timeout().toSeconds());
        options.add("ConnectTimeout=" + seconds);
        options.addAll(loginOptions());
        return options;
    }

    private List<String> loginOptions() {
        return switch (settings.login()) {
            case SshLogin.Password _ ->
                    List.of(
                            "PreferredAuthentications=password,keyboard-interactive",
                            "PubkeyAuthentication=no");
            case SshLogin.Key _ ->
                    List.of(
                            "PreferredAuthentications=publickey",
                            "PasswordAuthentication=no",
                            "KbdInteractiveAuthentication=no",
                            "BatchMode=" + (secret.isEmpty() ? "yes" : "no"));
        };
    }

    /// Rsync cuts the value at blanks outside of quotes; two quotes within quotes are one.
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "''") + "'";
    }

    /// The variables for rsync and so for ssh. Listings tell times in the zone of the reader.
    Map<String, String> environment() {
        Map<String, String> variables = new TreeMap<>(Map.of("TZ", "UTC"));
        if (secret.isPresent()) {
            variables.put(SECRET, secret.get().reveal());
            variables.put("SSH_ASKPASS", askpass.toString());
            variables.put("SSH_ASKPASS_REQUIRE", "force");
            variables.put("DISPLAY", "none");
        }
        return variables;
    }
}
