package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.commons.net.ftp.FTPFile;

/// Walks the folders below a prefix on one connection and hands files out as their lines arrive.
/// Times in `LIST` have no zone and no seconds, so they are left out.
final class FtpListing {
    /// Folders still to be looked into.
    private static final int PENDING_LIMIT = 100_000;

    /// At the top of a disk; root's alone, and never ours.
    private static final String SALVAGED = "lost+found";

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

    /// Lists one folder; false if the visitor has enough. An absent folder has no objects. `LIST`
    /// of an absent folder succeeds on some servers and fails on some for an empty one, so the
    /// folder is entered first, where all agree.
    private boolean folder(String folder) throws IOException {
        String path = session.place(folder);
        if (!files.isFolder(path)) {
            new FtpAbsence(session, operation).require(path, FtpAbsence.Wanted.FOLDER);
            return true;
        }
        return new FtpFolder(session, operation)
                .read(entry -> {
                    cancellation.check();
                    return entry(folder, entry);
                });
    }

    private boolean entry(String folder, FTPFile file) throws IOException {
        if (file.getName().startsWith(FtpUpload.TEMPORARY)) {
            return true;
        }
        String path = folder.isEmpty() ? file.getName() : folder + "/" + file.getName();
        Optional<ObjectKey> key = key(file.getName()).flatMap(_ -> key(path));
        if (key.isEmpty()) {
            return true;
        }
        if (file.isDirectory()) {
            if (!path.equals(SALVAGED)) {
                later(path);
            }
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
