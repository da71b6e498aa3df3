package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;

/// Opens temporary files, and makes the folders they need.
final class SftpTemporary {
    private static final int MOST_ATTEMPTS = 10;

    private final SftpConnection connection;
    private final SftpPaths paths;
    private final SftpPut put;

    SftpTemporary(SftpConnection connection, SftpPaths paths, SftpPut put) {
        this.connection = connection;
        this.paths = paths;
        this.put = put;
    }

    /// Opens what an earlier try left, empty if it is gone.
    Optional<byte[]> reopen(String temporary) throws IOException {
        return step(files -> {
            if (!files.lstat(temporary).map(SftpAttributes::isFile).orElse(false)) {
                return Optional.empty();
            }
            return Optional.of(files.open(temporary, SftpFiles.READ | SftpFiles.WRITE));
        });
    }

    /// Makes a file of a name that nobody has.
    byte[] create(String temporary) throws IOException {
        int flags = SftpFiles.READ | SftpFiles.WRITE | SftpFiles.CREATE | SftpFiles.EXCLUSIVE;
        boolean folders = false;
        for (int attempt = 1; ; attempt++) {
            try {
                if (folders) {
                    makeFolders(SftpPaths.folderOf(temporary));
                }
                return step(files -> files.open(temporary, flags));
            } catch (SftpStatus e) {
                // Somebody may remove a folder that is empty still.
                if (!e.isAbsence() || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                folders = true;
            }
        }
    }

    private void makeFolders(String folder) throws IOException {
        if (folder.isEmpty() || step(files -> files.stat(folder)).isPresent()) {
            refuseLink(folder);
            return;
        }
        makeFolders(SftpPaths.folderOf(folder));
        try {
            step(files -> {
                files.makeFolder(folder);
                return true;
            });
        } catch (SftpStatus e) {
            // Another upload may have made it meanwhile.
            if (step(files -> files.stat(folder)).filter(SftpAttributes::isFolder).isEmpty()) {
                throw e;
            }
        }
    }

    /// One that is gone again is made again. A link in place of a folder could lead anywhere; only
    /// the configured path itself may go through links.
    private void refuseLink(String folder) throws IOException {
        if (folder.startsWith(paths.of("") + "/")
                && !step(files -> files.lstat(folder)).map(SftpAttributes::isFolder).orElse(true)) {
            throw put.failure(Kind.REFUSED, "what lies at " + folder + " is not a folder");
        }
    }

    private <R> R step(Files<R> call) throws IOException {
        return connection.step(put.operation(), put.cancellation(), (files, _) -> call.run(files));
    }

    private interface Files<R> {
        R run(SftpFiles files) throws IOException;
    }
}
