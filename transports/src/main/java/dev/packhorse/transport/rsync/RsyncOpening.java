package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.Child;
import dev.packhorse.transport.child.ChildCommand;
import dev.packhorse.transport.child.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.ssh.SshLogin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The first talk with a server: is it the right one, does it let us in, and what can its rsync do.
/// Makes the folder of all objects, and in it the one where uploads are written.
///
/// @param runner talks with it from now on
/// @param syncs whether its rsync can write through to the disk (since 3.2.4)
record RsyncOpening(RsyncRunner runner, boolean syncs) {
    private static final String OPERATION = "open destination";
    private static final String KEYGEN = "/usr/bin/ssh-keygen";
    private static final Duration KEYGEN_LIMIT = Duration.ofSeconds(30);

    static RsyncOpening of(RsyncSettings settings) throws IOException {
        if (settings.ssh().login() instanceof SshLogin.Key key) {
            checkOpens(settings, key);
        }
        HostKeyScan scan = new HostKeyScan(settings.ssh());
        Optional<String> known = scan.known();
        if (known.isPresent()) {
            try {
                return talk(settings, known.get());
            } catch (TransportException e) {
                if (scan.known().equals(known)) {
                    throw e;
                }
            }
        }
        return talk(settings, scan.confirmed());
    }

    private static RsyncOpening talk(RsyncSettings settings, String keys) throws IOException {
        RsyncRunner runner = new RsyncRunner(settings, keys);
        if (prepare(runner, List.of("--fsync"))) {
            return new RsyncOpening(runner, true);
        }
        if (prepare(runner, List.of())) {
            return new RsyncOpening(runner, false);
        }
        throw new TransportException(
                Kind.REFUSED,
                OPERATION
                        + ": the server's rsync is too old to make the folders above path (it can"
                        + " since 3.2.3); make them there");
    }

    /// Of a key that it cannot open ssh only says that the server does not accept it.
    private static void checkOpens(RsyncSettings settings, SshLogin.Key key) throws IOException {
        List<String> line = new ArrayList<>(List.of(KEYGEN, "-y", "-f", key.file().toString()));
        if (settings.secret().isEmpty()) {
            line.addAll(List.of("-P", ""));
        }
        try (PrivateFolder folder = new PrivateFolder(settings.work())) {
            SshCommand ssh = new SshCommand(settings, "", folder.path());
            ChildResult result =
                    Child.run(
                            OPERATION,
                            new ChildCommand(line, ssh.environment()),
                            KEYGEN_LIMIT,
                            OutputStream.nullOutputStream(),
                            Cancellation.never());
            if (result.exitCode() != 0) {
                throw new TransportException(
                        Kind.REFUSED,
                        OPERATION
                                + ": privatekey "
                                + key.file()
                                + ": it is no private key, or passphrase does not open it");
            }
        }
    }

    /// @return false if the server's rsync does not know an option
    private static boolean prepare(RsyncRunner runner, List<String> options) throws IOException {
        ChildResult result = make(runner, options);
        if (result.exitCode() != 0 && RsyncErrors.isFolderAbsent(result)) {
            List<String> withParents = new ArrayList<>(options);
            withParents.add("--mkpath");
            result = make(runner, withParents);
        }
        if (result.errors().contains("unknown option")) {
            return false;
        }
        if (result.exitCode() != 0) {
            throw runner.errors().of(OPERATION, result);
        }
        return true;
    }

    private static ChildResult make(RsyncRunner runner, List<String> options) throws IOException {
        try (PrivateFolder model = new PrivateFolder(runner.settings().work())) {
            Files.createDirectory(model.path().resolve(UploadFolder.TEMPORARY));
            List<String> arguments = new ArrayList<>(options);
            arguments.addAll(
                    List.of(
                            "-r",
                            "--keep-dirlinks",
                            "--chmod=D700",
                            model.path() + "/",
                            runner.settings().remote("")));
            return runner.tryAlone(OPERATION, arguments);
        }
    }
}
