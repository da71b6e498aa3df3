package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.util.List;
import java.util.Optional;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPFileEntryParser;
import org.apache.commons.net.ftp.parser.MLSxEntryParser;
import org.apache.commons.net.ftp.parser.NTFTPEntryParser;
import org.apache.commons.net.ftp.parser.UnixFTPEntryParser;

/// Reads the lines of a listing in the forms that are known.
final class FtpEntryFormat {
    private final List<FTPFileEntryParser> parsers;

    private FtpEntryFormat(List<FTPFileEntryParser> parsers) {
        this.parsers = parsers;
    }

    static FtpEntryFormat facts() {
        return new FtpEntryFormat(List.of(MLSxEntryParser.getInstance()));
    }

    static FtpEntryFormat plain() {
        return new FtpEntryFormat(List.of(new UnixFTPEntryParser(), new NTFTPEntryParser()));
    }

    /// The entry of a line, empty for a line that stands for none.
    ///
    /// @throws TransportException `REFUSED` for a line that is not understood
    Optional<FTPFile> read(String operation, String line) throws TransportException {
        if (line.isBlank() || line.matches("total [0-9]+")) {
            return Optional.empty();
        }
        for (FTPFileEntryParser parser : parsers) {
            FTPFile file = parser.parseFTPEntry(line);
            if (file != null && file.getName() != null) {
                return Optional.of(file);
            }
        }
        throw new TransportException(
                Kind.REFUSED, operation + ": a line of the listing is not understood");
    }
}
