package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;

/// Walks the folders below a prefix on one connection and hands files out as their lines arrive.
/// `MLSD` where the server has it, else `LIST`. A line that is not understood ends the listing with
/// a failure: what it stood for may be an object.
///
/// Source: RFC 3659 section 7 (MLSD); `LIST` has no standard form, the forms of Unix and Windows
/// servers are known. Times in `LIST` have no zone and no seconds, so they are left out.
final class FtpListing {
    /// Folders still to be looked into.
    private static final int PENDING_LIMIT = 100_000;

    private final FtpSession session;
    private final FtpFiles files;
    private final String operation;
    private final ObjectVisitor visitor;
    private final Cancellation cancellation;
    private final Deque<String> pending = new ArrayDeque<>();

    FtpListing(
            FtpSession session,
            String operation,
            ObjectVisitor visitor,
            Cancellation cancellation) {
        this.session = session;
        this.files = new FtpFiles(session, operation);
        this.operation = operation;
        this.visitor = visitor;
        this.cancellation = cancellation;
    }

    void run(String prefix) throws IOException {
        pending.add(prefix);
        while (!pending.isEmpty()) {
            cancellation.check();
            if (!folder(pending.removeLast())) {
                session.leave();
                return;
            }
        }
    }

    /// Lists one folder; false if the visitor has enough.
    private boolean folder(String folder) throws IOException {
        String path = session.place(folder);
        Optional<Socket> data = open(path);
        if (data.isEmpty()) {
            return true;
        }
        FtpLines lines = new FtpLines(data.get().getInputStream(), operation);
        FtpEntryFormat format =
                session.hasFeature("MLSD") ? FtpEntryFormat.facts() : FtpEntryFormat.plain();
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            cancellation.check();
            if (!line(folder, format.read(operation, line.get()))) {
                return false;
            }
        }
        data.get().close();
        if (!FTPReply.isPositiveCompletion(session.endTransfer())) {
            throw session.refusal(operation);
        }
        return true;
    }

    /// An absent folder has no objects. `LIST` of an absent folder succeeds on some servers and
    /// fails on some for an empty one, so the folder is entered first, where all agree.
    private Optional<Socket> open(String path) throws IOException {
        if (!files.isFolder(path)) {
            if (session.getReplyCode() != FTPReply.FILE_UNAVAILABLE
                    || FtpErrors.speaksOfRights(session.getReplyString())) {
                throw session.refusal(operation);
            }
            return Optional.empty();
        }
        return Optional.of(
                session.hasFeature("MLSD")
                        ? session.beginTransfer(operation, "MLSD", null, 0)
                        : openPlain());
    }

    /// Without `-a` most servers leave out names that begin with a dot; some do not know it.
    private Socket openPlain() throws IOException {
        try {
            return session.beginTransfer(operation, "LIST", "-a", 0);
        } catch (TransportException e) {
            if (!session.isInStep()) {
                throw e;
            }
            return session.beginTransfer(operation, "LIST", null, 0);
        }
    }

    private boolean line(String folder, Optional<FTPFile> entry) throws IOException {
        if (entry.isEmpty() || entry.get().getName().startsWith(FtpUpload.TEMPORARY)) {
            return true;
        }
        FTPFile file = entry.get();
        String path = folder.isEmpty() ? file.getName() : folder + "/" + file.getName();
        Optional<ObjectKey> key = key(file.getName()).flatMap(_ -> key(path));
        if (key.isEmpty()) {
            return true;
        }
        if (file.isDirectory()) {
            later(path);
            return true;
        }
        if (!file.isFile()) {
            return true;
        }
        if (file.getSize() < 0) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the server lists " + key.get() + " without size");
        }
        return visitor.visit(info(key.get(), file));
    }

    private ObjectInfo info(ObjectKey key, FTPFile file) throws IOException {
        return new ObjectInfo(
                key,
                file.getSize(),
                session.hasFeature("MLSD")
                        ? Optional.ofNullable(file.getTimestampInstant())
                        : Optional.empty());
    }

    private void later(String folder) throws TransportException {
        if (pending.size() >= PENDING_LIMIT) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": more than " + PENDING_LIMIT + " folders");
        }
        pending.addLast(folder);
    }

    /// Names that are no keys are not ours.
    private static Optional<ObjectKey> key(String text) {
        try {
            return Optional.of(new ObjectKey(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
