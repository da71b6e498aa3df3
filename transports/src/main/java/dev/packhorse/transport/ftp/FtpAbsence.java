package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;

/// Tells whether what a server has just refused is not there. 550 answers that, and everything else
/// that can be wrong with a file: some servers say what, and some have one text for all of it, as
/// vsftpd. Those are believed only where the folder above does not hold the name.
record FtpAbsence(FtpSession session, String operation) {
    private static final String NO_MATCH = "(?s).*\\b0 matches total.*";

    /// What was asked for, as a list would show it.
    enum Wanted {
        FILE {
            @Override
            boolean mayBe(FTPFile entry) {
                return !entry.isDirectory();
            }

            @Override
            TransportException refusal(FtpSession session, String operation, String path) {
                return session.refusal(operation);
            }

            // Much that is wrong with a file passes.
            @Override
            TransportException there(TransportException refusal) {
                return new TransportException(
                        Kind.UNAVAILABLE, String.valueOf(refusal.getMessage()), refusal);
            }
        },
        FOLDER {
            @Override
            boolean mayBe(FTPFile entry) {
                return !entry.isFile();
            }

            @Override
            TransportException refusal(FtpSession session, String operation, String path) {
                return session.refusal(operation + ": folder " + path);
            }

            @Override
            TransportException there(TransportException refusal) {
                return new TransportException(
                        Kind.DENIED,
                        refusal.getMessage()
                                + " It is there: let the login enter it, or move it elsewhere",
                        refusal);
            }
        };

        /// A link may be either.
        abstract boolean mayBe(FTPFile entry);

        abstract TransportException refusal(FtpSession session, String operation, String path);

        /// The failure where a list shows what the server refused.
        abstract TransportException there(TransportException refusal);
    }

    /// Why nothing can be told of a name: the folder that may hold it is not shown.
    static final class Unlisted extends IOException {
        private static final long serialVersionUID = 1L;

        private Unlisted(TransportException refusal) {
            super(refusal);
        }
    }

    /// Whether a failure is only that folders are not shown, as by servers that take files without
    /// giving any.
    static boolean isForLackOfLists(TransportException failure) {
        return failure.getCause() instanceof Unlisted;
    }

    /// Returns if there is surely no such thing.
    ///
    /// @param path whose refusal is the last reply
    /// @throws TransportException the refusal, which may pass where the thing is there
    void require(String path, Wanted wanted) throws IOException {
        TransportException refusal = wanted.refusal(session, operation, path);
        if (session.getReplyCode() != FTPReply.FILE_UNAVAILABLE) {
            throw refusal;
        }
        if (session.saysAbsent()) {
            return;
        }
        if (refusal.kind() != Kind.REFUSED) {
            throw refusal;
        }
        if (path.equals("/") || isThere(path, wanted)) {
            throw wanted.there(refusal);
        }
    }

    /// Whether the folder above has something of that kind under a path's name.
    private boolean isThere(String path, Wanted wanted) throws IOException {
        int slash = path.lastIndexOf('/');
        String parent = slash <= 0 ? "/" : path.substring(0, slash);
        if (!FTPReply.isPositiveCompletion(session.cwd(parent))) {
            require(parent, Wanted.FOLDER);
            return false;
        }
        try {
            ByName byName = byName(path);
            if (byName == ByName.MISSED) {
                return false;
            }
            Optional<FTPFile> entry = entry(path.substring(slash + 1));
            // A list with facts leaves out what the server cannot read.
            return entry.map(wanted::mayBe).orElse(byName == ByName.NAMED);
        } catch (TransportException e) {
            throw e.kind() == Kind.DENIED
                    ? new TransportException(
                            Kind.DENIED,
                            e.getMessage()
                                    + " Without the right to list folders this server tells"
                                    + " nothing of files that it does not give",
                            new Unlisted(e))
                    : e;
        }
    }

    /// What a server says of one name.
    private enum ByName {
        NAMED,
        MISSED,
        UNKNOWN
    }

    /// Asks for one name, which costs little in a large folder. What an empty answer means is known
    /// of vsftpd and Pure-FTPd alone; of those the first names what it cannot read only where no
    /// facts are asked for, and the second has that for names that are there.
    private ByName byName(String path) throws IOException {
        if (!path.matches("[A-Za-z0-9._+@=/ -]+")) {
            // It would be taken for a pattern.
            return ByName.UNKNOWN;
        }
        String command = session.hasFeature("MLSD") ? "LIST" : "NLST";
        boolean empty;
        try (Socket data = session.beginTransfer(operation, command, path, 0)) {
            empty = data.getInputStream().transferTo(OutputStream.nullOutputStream()) == 0;
        } catch (TransportException e) {
            if (!session.isInStep()) {
                throw e;
            }
            return missedIfSaid();
        }
        if (!FTPReply.isPositiveCompletion(session.endTransfer())) {
            return missedIfSaid();
        }
        String words = session.getReplyString();
        if (words.contains("Directory send OK")) {
            return empty ? ByName.MISSED : namedBy(command);
        }
        return empty && words.matches(NO_MATCH) ? ByName.MISSED : ByName.UNKNOWN;
    }

    /// A list without facts has the names of what cannot be read, too.
    private static ByName namedBy(String command) {
        return command.equals("NLST") ? ByName.NAMED : ByName.UNKNOWN;
    }

    private ByName missedIfSaid() {
        return session.saysAbsent() ? ByName.MISSED : ByName.UNKNOWN;
    }

    /// What the folder that was entered has under a name.
    private Optional<FTPFile> entry(String name) throws IOException {
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
