package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Instant;
import java.util.Optional;
import org.apache.commons.net.MalformedServerReplyException;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.jspecify.annotations.Nullable;

/// What is asked about single files and done to them, on one connection. A reply that is not
/// understood is a failure, never “it is not there”.
final class FtpFiles {
    private static final int MOST_ATTEMPTS = 3;

    private final FtpSession session;
    private final String operation;

    /// @param operation for messages, as `put a/b`
    FtpFiles(FtpSession session, String operation) {
        this.session = session;
        this.operation = operation;
    }

    /// A regular file's facts, empty if there is none of that name.
    Optional<ObjectInfo> stat(ObjectKey key) throws IOException {
        String path = session.place(key.value());
        return session.hasFeature("MLST") ? byFacts(key, path) : bySize(key, path);
    }

    /// The same for an upload, as far as the server shows: to one that takes files, lists no
    /// folders and has one text for all that can be wrong, they go as if there were none of that
    /// name.
    Optional<ObjectInfo> seen(ObjectKey key) throws IOException {
        try {
            return stat(key);
        } catch (TransportException e) {
            if (FtpAbsence.isForLackOfLists(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Source: RFC 3659 section 7.
    private Optional<ObjectInfo> byFacts(ObjectKey key, String path) throws IOException {
        FTPFile found;
        try {
            found = session.mlistFile(path);
        } catch (MalformedServerReplyException e) {
            throw notUnderstood(e);
        }
        if (!FTPReply.isPositiveCompletion(session.getReplyCode())) {
            return absent(path);
        }
        if (found == null || (found.isFile() && found.getSize() < 0)) {
            throw notUnderstood(null);
        }
        return found.isFile()
                ? Optional.of(
                        new ObjectInfo(
                                key,
                                found.getSize(),
                                Optional.ofNullable(found.getTimestampInstant())))
                : Optional.empty();
    }

    private TransportException notUnderstood(@Nullable IOException cause) {
        return new TransportException(
                Kind.REFUSED, operation + ": the server's facts are not understood", cause);
    }

    /// Source: RFC 3659 sections 3 and 4. Some servers give folders a size, too.
    private Optional<ObjectInfo> bySize(ObjectKey key, String path) throws IOException {
        if (session.sendCommand("SIZE", path) != FTPReply.FILE_STATUS) {
            return absent(path);
        }
        String digits = session.getReplyString().substring("213".length()).strip();
        if (!digits.matches("[0-9]{1,18}")) {
            throw notUnderstood(null);
        }
        return isFolder(path)
                ? Optional.empty()
                : Optional.of(new ObjectInfo(key, Long.parseLong(digits), modified(path)));
    }

    private Optional<Instant> modified(String path) throws IOException {
        FTPFile file = session.mdtmFile(path);
        return file == null ? Optional.empty() : Optional.ofNullable(file.getTimestampInstant());
    }

    private <R> Optional<R> absent(String path) throws IOException {
        new FtpAbsence(session, operation).require(path, FtpAbsence.Wanted.FILE);
        return Optional.empty();
    }

    /// True if there is a folder of that name which we may enter.
    boolean isFolder(String path) throws IOException {
        return FTPReply.isPositiveCompletion(session.cwd(path));
    }

    /// Makes the folder that a key lies in, and those above it, where they are missing. Whether
    /// `MKD` failed because the folder is there already only a look can tell.
    void makeFolderOf(ObjectKey key) throws IOException {
        String file = session.place(key.value());
        String folder = file.substring(0, Math.max(1, file.lastIndexOf('/')));
        if (isFolder(folder)) {
            return;
        }
        Optional<TransportException> refusal = makeFolders(folder);
        for (int attempt = 2; refusal.isPresent(); attempt++) {
            // Somebody may have removed a folder above it, which was empty still.
            if (attempt > MOST_ATTEMPTS || refusal.get().kind().retryable()) {
                throw refusal.get();
            }
            refusal = makeFolders(folder);
        }
    }

    /// Whether the last folder could not be made and is not there.
    private Optional<TransportException> makeFolders(String folder) throws IOException {
        for (int end = folder.indexOf('/', 1); end >= 0; end = folder.indexOf('/', end + 1)) {
            session.mkd(folder.substring(0, end));
        }
        if (!FTPReply.isPositiveCompletion(session.mkd(folder))) {
            TransportException refusal = session.refusal(operation);
            return isFolder(folder) ? Optional.empty() : Optional.of(refusal);
        }
        return Optional.empty();
    }

    /// Removes a file; an absent one is success.
    void delete(ObjectKey key) throws IOException {
        Optional<TransportException> refusal = refusedRemoval(key);
        if (refusal.isPresent() && (refusal.get().kind().retryable() || stat(key).isPresent())) {
            throw refusal.get();
        }
    }

    /// Removes what an upload left, as far as the server shows it.
    void discard(ObjectKey key) throws IOException {
        Optional<TransportException> refusal = refusedRemoval(key);
        if (refusal.isPresent() && (refusal.get().kind().retryable() || seen(key).isPresent())) {
            throw refusal.get();
        }
    }

    private Optional<TransportException> refusedRemoval(ObjectKey key) throws IOException {
        return FTPReply.isPositiveCompletion(session.dele(session.place(key.value())))
                ? Optional.empty()
                : Optional.of(session.refusal(operation));
    }

    /// Removes a folder, which servers refuse while it holds something.
    ///
    /// @return whether it was there and is gone
    boolean removeFolder(ObjectKey folder) throws IOException {
        if (FTPReply.isPositiveCompletion(session.rmd(session.place(folder.value())))) {
            return true;
        }
        TransportException refusal = session.refusal(operation);
        if (refusal.kind().retryable()) {
            throw refusal;
        }
        return false;
    }

    /// Renames a file, and says whether the server did it.
    boolean rename(ObjectKey from, ObjectKey to) throws IOException {
        return session.rnfr(session.place(from.value())) == FTPReply.FILE_ACTION_PENDING
                && FTPReply.isPositiveCompletion(session.rnto(session.place(to.value())));
    }

    /// Renames, or throws the server's refusal.
    void mustRename(ObjectKey from, ObjectKey to) throws IOException {
        if (!rename(from, to)) {
            throw session.refusal(operation);
        }
    }

    /// Opens a file's bytes from an offset. The connection is out of step until the caller ends the
    /// transfer or leaves the connection.
    InputStream retrieve(ObjectKey key, long offset) throws IOException {
        Socket data = session.beginTransfer(operation, "RETR", session.place(key.value()), offset);
        return data.getInputStream();
    }
}
