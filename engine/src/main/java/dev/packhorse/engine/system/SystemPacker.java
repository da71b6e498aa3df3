package dev.packhorse.engine.system;

import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/// Packs paths of the system below a folder: a file as `files/_etc_passwd.gz`, a folder as
/// `dirs/_etc_valiases.tar.gz`, written by the system's `tar`, so that any tool opens them.
///
/// Source: cpmove-format 3.1.
///
/// @param root the host's root folder
/// @param tar the program
public record SystemPacker(Path root, Path tar) {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration TOTAL = Duration.ofHours(6);

    /// How `tar` ends when a file changed while it was read.
    private static final int CHANGED = 1;

    private static final int BLOCK = 1 << 16;

    /// Packs what is there of some paths; a link in the place of a file or folder is left out.
    ///
    /// @param target a folder that root alone can enter; `files` and `dirs` are made in it
    /// @return warnings
    /// @throws IOException if something there cannot be packed, or the run was cancelled; what was
    ///   packed stays, and is the caller's to remove
    public List<String> pack(List<String> paths, Path target, Cancellation cancellation)
            throws IOException {
        List<String> warnings = new ArrayList<>();
        Path files = folder(target.resolve("files"));
        Path folders = folder(target.resolve("dirs"));
        for (String path : paths) {
            cancellation.check();
            Path source = root.resolve(path.substring(1));
            String name = path.replace('/', '_');
            if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
                packFile(source, files.resolve(name + ".gz"), cancellation);
            } else if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
                packFolder(path, folders.resolve(name + ".tar.gz"), cancellation, warnings);
            }
        }
        sync(files);
        sync(folders);
        return warnings;
    }

    private static Path folder(Path folder) throws IOException {
        return Files.createDirectory(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static void packFile(Path source, Path target, Cancellation cancellation)
            throws IOException {
        try (FileChannel channel = create(target);
                InputStream in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)) {
            GZIPOutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), BLOCK);
            copy(in, out, cancellation);
            out.finish();
            channel.force(true);
        }
    }

    private static void copy(InputStream in, OutputStream out, Cancellation cancellation)
            throws IOException {
        byte[] block = new byte[BLOCK];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            cancellation.check();
            out.write(block, 0, count);
        }
    }

    private void packFolder(
            String path, Path target, Cancellation cancellation, List<String> warnings)
            throws IOException {
        try (FileChannel channel = create(target)) {
            GZIPOutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), BLOCK);
            ChildResult result = run(arguments(path), out::write, cancellation);
            if (!result.succeeded() && result.exitCode() != CHANGED) {
                throw new IOException(
                        "tar could not pack %s: %s".formatted(path, result.errorSummary()));
            }
            if (!result.succeeded()) {
                warnings.add(path + ": " + result.errorSummary());
            }
            out.finish();
            channel.force(true);
        }
    }

    private List<String> arguments(String path) {
        return List.of(
                "--create",
                "--file=-",
                "--numeric-owner",
                "--sparse",
                "--xattrs",
                "--acls",
                "--one-file-system",
                "--warning=no-file-ignored",
                "--directory=" + root,
                "--",
                "./" + path.substring(1));
    }

    /// Writes everything below a folder into one plain `.tar`, with paths from that folder's name
    /// on: the form in which a system backup travels.
    ///
    /// @param output receives the archive
    /// @throws IOException if the folder cannot be read, or the run was cancelled
    public void bundle(Path folder, ChildOutput output, Cancellation cancellation)
            throws IOException {
        Path above = Objects.requireNonNull(folder.getParent());
        ChildResult result =
                run(
                        List.of(
                                "--create",
                                "--file=-",
                                "--numeric-owner",
                                "--directory=" + above,
                                "--",
                                "./" + folder.getFileName()),
                        output,
                        cancellation);
        if (!result.succeeded()) {
            throw new IOException(
                    "tar could not read %s: %s".formatted(folder, result.errorSummary()));
        }
    }

    private ChildResult run(List<String> arguments, ChildOutput output, Cancellation cancellation)
            throws IOException {
        return ChildProcess.of(tar, arguments)
                .withLimits(IDLE, TOTAL)
                .withCancellation(cancellation)
                .run(ChildInput.NONE, output);
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
