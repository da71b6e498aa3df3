package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;

/// Tells whether what a server has just refused is not there. 550 answers that, and everything else
/// that can be wrong with a file: some servers say what, and some have one text for all of it, as
/// vsftpd. Those are believed only where the folder above, read to its end, does not hold the name.
record FtpAbsence(FtpSession session, String operation) {
    /// What was asked for, as a list would show it.
    enum Wanted {
        FILE {
            @Override
            boolean mayBe(FTPFile entry) {
                return !entry.isDirectory();
            }
        },
        FOLDER {
            @Override
            boolean mayBe(FTPFile entry) {
                return !entry.isFile();
            }
        };

        /// A link may be either.
        abstract boolean mayBe(FTPFile entry);
    }

    /// Returns if there is surely no such thing.
    ///
    /// @param path whose refusal is the last reply
    /// @throws TransportException the refusal, which may pass where the thing is there
    void require(String path, Wanted wanted) throws IOException {
        TransportException refusal = session.refusal(operation);
        if (session.getReplyCode() != FTPReply.FILE_UNAVAILABLE
                || FtpErrors.speaksOfRights(session.getReplyString())
                || refusal.kind().retryable()) {
            throw refusal;
        }
        if (FtpErrors.speaksOfAbsence(session.getReplyString())) {
            return;
        }
        if (path.equals("/") || entry(path).filter(wanted::mayBe).isPresent()) {
            throw new TransportException(
                    Kind.UNAVAILABLE, String.valueOf(refusal.getMessage()), refusal);
        }
    }

    /// What the folder above has under a path's name.
    private Optional<FTPFile> entry(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String parent = slash <= 0 ? "/" : path.substring(0, slash);
        if (!FTPReply.isPositiveCompletion(session.cwd(parent))) {
            require(parent, Wanted.FOLDER);
            return Optional.empty();
        }
        String name = path.substring(slash + 1);
        AtomicReference<Optional<FTPFile>> found = new AtomicReference<>(Optional.empty());
        new FtpFolder(session, operation)
                .read(entry -> {
                    if (entry.getName().equals(name)) {
                        found.set(Optional.of(entry));
                    }
                    return true;
                });
        return found.get();
    }
}
