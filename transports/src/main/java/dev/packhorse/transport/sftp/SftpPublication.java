package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;

/// Gives a complete temporary file its key's name, in one step for every reader.
final class SftpPublication {
    private final SftpConnection connection;
    private final SftpPut put;
    private final String target;

    SftpPublication(SftpConnection connection, SftpPut put, String target) {
        this.connection = connection;
        this.put = put;
        this.target = target;
    }

    void run(String temporary) throws IOException {
        try {
            switch (put.mode()) {
                case CREATE -> create(temporary);
                case REPLACE -> replace(temporary);
            }
        } catch (SftpStatus e) {
            if (target().isPresent() && put.mode() == PutMode.CREATE) {
                throw put.failure(Kind.EXISTS, "it exists already");
            }
            throw e;
        }
    }

    /// A second name fails for a taken one everywhere, where a rename may replace. Some file
    /// systems have no second names.
    private void create(String temporary) throws IOException {
        boolean linked = step(files -> files.hasHardlink() && link(files, temporary));
        if (linked) {
            step(files -> {
                files.remove(temporary);
                return true;
            });
            return;
        }
        if (target().isPresent()) {
            throw put.failure(Kind.EXISTS, "it exists already");
        }
        step(files -> {
            files.rename(temporary, target);
            return true;
        });
    }

    /// Whether the link was made; some servers say so without having made it (rclone 1.60), so it
    /// is looked at before the temporary name goes.
    private boolean link(SftpFiles files, String temporary) throws IOException {
        try {
            files.hardlink(temporary, target);
            return files.lstat(target).isPresent();
        } catch (SftpStatus e) {
            if (e.code() == SftpStatus.FAILURE || e.code() == SftpStatus.UNSUPPORTED) {
                return false;
            }
            throw e;
        }
    }

    private void replace(String temporary) throws IOException {
        step(files -> {
            if (files.hasPosixRename()) {
                files.posixRename(temporary, target);
            } else {
                renameOver(files, temporary);
            }
            return true;
        });
    }

    /// To remove the old object first would leave a moment without any, and for ever so if the
    /// connection broke in it.
    private void renameOver(SftpFiles files, String temporary) throws IOException {
        try {
            files.rename(temporary, target);
        } catch (SftpStatus e) {
            if (files.lstat(target).isPresent()) {
                throw new TransportException(
                        Kind.REFUSED,
                        put.operation()
                                + ": the server cannot replace an object in one step (it has no"
                                + " posix-rename@openssh.com); remove the old one first",
                        e);
            }
            throw e;
        }
    }

    private Optional<SftpAttributes> target() throws IOException {
        return step(files -> files.lstat(target));
    }

    private <R> R step(Call<R> call) throws IOException {
        return connection.step(put.operation(), put.cancellation(), (files, _) -> call.run(files));
    }

    private interface Call<R> {
        R run(SftpFiles files) throws IOException;
    }
}
