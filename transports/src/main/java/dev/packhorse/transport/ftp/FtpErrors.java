package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.tls.TlsErrors;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.net.ftp.FTPReply;

/// Sorts replies and broken connections into the kinds of the seam.
///
/// Source: RFC 959 section 4.2 (reply codes), RFC 4217 section 10 (TLS replies). 550 stands for
/// anything about a file, so its text is looked at; 452 and 552 are the only codes for space.
final class FtpErrors {
    private static final int TEXT_LIMIT = 200;

    /// Where a name of ours does not go on.
    private static final String NAME_ENDS = "(?![\\w+@=-])";

    private FtpErrors() {}

    /// The failure that a reply stands for.
    ///
    /// @param path that the server was asked about
    static TransportException reply(String operation, int code, String text, String path) {
        return new TransportException(
                kindOf(code, words(text, path)),
                operation + ": the server answered " + shown(code, text));
    }

    /// What a server says, in small letters and without the path that it was asked about: an
    /// account may be called as a failure is.
    static String words(String text, String path) {
        String all = text.toLowerCase(Locale.ROOT);
        String asked = path.toLowerCase(Locale.ROOT);
        String name = Pattern.quote(asked.substring(asked.lastIndexOf('/') + 1));
        if (asked.length() < 2) {
            return all;
        }
        return all.replaceAll("\\S*" + Pattern.quote(asked) + NAME_ENDS, " ")
                .replaceAll("\\S*/" + name + NAME_ENDS, " ")
                .replaceAll("(?<=[\\s\"'`])" + name + "(?=[\"':,])", " ");
    }

    /// The failure that a broken call stands for.
    static TransportException of(String operation, IOException cause) {
        if (cause instanceof TransportException known) {
            return known;
        }
        return new TransportException(kindOf(cause), operation + ": " + reasonOf(cause), cause);
    }

    /// True for words that speak of rights.
    private static boolean speaksOfRights(String words) {
        return words.contains("denied")
                || words.contains("permission")
                || words.contains("permitted")
                || words.contains("not allowed")
                || words.contains("privilege");
    }

    /// True for words that say that there is no such file, or no folder for it, and nothing else.
    static boolean speakOfAbsenceAlone(String words) {
        return speaksOfAbsence(words) && !speaksOfRights(words) && !speaksOfTrouble(words);
    }

    /// A disk that is not there says nothing of what is on it.
    private static boolean speaksOfAbsence(String words) {
        boolean absent =
                words.contains("no such file")
                        || words.contains("no such dir")
                        || words.contains("no such folder")
                        || words.contains("not found")
                        || words.contains("does not exist")
                        || words.contains("doesn't exist")
                        || words.contains("cannot find the file")
                        || words.contains("cannot find the path")
                        || words.contains("not a directory");
        return absent && !speaksOfDisk(words);
    }

    private static boolean speaksOfDisk(String words) {
        return words.contains("device") || words.contains("drive") || words.contains("volume");
    }

    /// True for a failure of the server's disk or line to it.
    private static boolean speaksOfTrouble(String words) {
        return words.contains("input/output error")
                || words.contains("no such device")
                || words.contains("cannot find the d")
                || words.contains("stale")
                || words.contains("timed out")
                || words.contains("temporarily")
                || words.contains("not connected")
                || words.contains("host is down")
                || words.contains("too many open files");
    }

    private static boolean speaksOfSpace(String words) {
        return words.contains("no space") || words.contains("quota") || words.contains("disk full");
    }

    private static Kind kindOf(int code, String words) {
        return switch (code) {
            case FTPReply.INSUFFICIENT_STORAGE, FTPReply.STORAGE_ALLOCATION_EXCEEDED -> Kind.FULL;
            case 430, FTPReply.NOT_LOGGED_IN, FTPReply.NEED_ACCOUNT_FOR_STORING_FILES, 332 ->
                    Kind.DENIED;
            case FTPReply.FILE_UNAVAILABLE, FTPReply.FILE_NAME_NOT_ALLOWED, 450, 451 ->
                    kindOfFile(code, words);
            default -> code >= 400 && code < 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    /// What says that a thing is not there says it whatever else a server writes with it.
    private static Kind kindOfFile(int code, String words) {
        boolean absent = speaksOfAbsence(words);
        if (!absent && speaksOfSpace(words)) {
            return Kind.FULL;
        }
        if (code < 500 || (!absent && speaksOfTrouble(words))) {
            return Kind.UNAVAILABLE;
        }
        return !absent && speaksOfRights(words) ? Kind.DENIED : Kind.REFUSED;
    }

    private static Kind kindOf(IOException cause) {
        if (cause instanceof SourceException || TlsErrors.isRefusal(cause)) {
            return Kind.REFUSED;
        }
        return isTimeout(cause) ? Kind.TIMED_OUT : Kind.UNAVAILABLE;
    }

    /// Commons Net wraps the one that it meets while it waits for the greeting.
    private static boolean isTimeout(IOException cause) {
        return cause instanceof SocketTimeoutException
                || cause.getCause() instanceof SocketTimeoutException;
    }

    private static String reasonOf(IOException cause) {
        if (isTimeout(cause)) {
            return "no answer in time";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : clean(message);
    }

    private static String shown(int code, String text) {
        String words = clean(text);
        return words.startsWith(String.valueOf(code)) ? words : code + " " + words;
    }

    /// A server's words, fit for a log.
    private static String clean(String text) {
        String words = text.strip().replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
        return words.length() <= TEXT_LIMIT ? words : words.substring(0, TEXT_LIMIT) + "…";
    }
}
