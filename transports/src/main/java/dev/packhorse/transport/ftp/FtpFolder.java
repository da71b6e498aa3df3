package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;

/// Reads the folder that a connection has entered. `MLSD` where the server has it, else `LIST`. A
/// line that is not understood ends the reading with a failure: what it stood for may be an object.
///
/// Source: RFC 3659 section 7 (MLSD); `LIST` has no standard form, the forms of Unix and Windows
/// servers are known.
record FtpFolder(FtpSession session, String operation) {
    /// What is done with each entry.
    @FunctionalInterface
    interface EntryVisitor {
        /// Takes one entry; false ends the reading.
        boolean visit(FTPFile entry) throws IOException;
    }

    /// Gives each entry to the visitor.
    ///
    /// @return false if the visitor has enough, with the connection out of step
    boolean read(EntryVisitor visitor) throws IOException {
        boolean facts = session.hasFeature("MLSD");
        FtpEntryFormat format = facts ? FtpEntryFormat.facts() : FtpEntryFormat.plain();
        Socket data = facts ? session.beginTransfer(operation, "MLSD", null, 0) : openPlain();
        FtpLines lines = new FtpLines(data.getInputStream(), operation);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            Optional<FTPFile> entry = format.read(operation, line.get());
            if (entry.isPresent() && !visitor.visit(entry.get())) {
                return false;
            }
        }
        data.close();
        if (!FTPReply.isPositiveCompletion(session.endTransfer())) {
            throw session.refusal(operation);
        }
        requireWhole();
        return true;
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

    /// Pure-FTPd and vsftpd call a list that lacks entries a success all the same.
    private void requireWhole() throws TransportException {
        String words = session.getReplyString().toLowerCase(Locale.ROOT);
        if (words.contains("truncated")) {
            throw new TransportException(
                    Kind.REFUSED,
                    session.refusal(operation).getMessage()
                            + ": its limit of entries in a list (LimitRecursion of Pure-FTPd) is"
                            + " too low; raise it");
        }
        if (words.contains("failed to open directory")) {
            throw new TransportException(
                    Kind.DENIED, String.valueOf(session.refusal(operation).getMessage()));
        }
    }
}
