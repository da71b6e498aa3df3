package dev.packhorse.transport.local;

import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/// Sorts the failures of file calls into the kinds of the seam.
final class LocalErrors {
    private LocalErrors() {}

    static TransportException of(String operation, Object subject, IOException cause) {
        if (cause instanceof TransportException known) {
            return known;
        }
        return new TransportException(
                kindOf(cause), operation + " " + subject + ": " + reasonOf(cause), cause);
    }

    private static Kind kindOf(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> Kind.MISSING;
            case FileAlreadyExistsException _ -> Kind.EXISTS;
            case AccessDeniedException _ -> Kind.DENIED;
            case SourceException _ -> Kind.REFUSED;
            default -> kindOfMessage(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT));
        };
    }

    /// The JDK has no types for these: the C library's words, which the launcher's `LC_ALL=C.UTF-8`
    /// fixes, tell them.
    private static Kind kindOfMessage(String message) {
        if (message.contains("no space left") || message.contains("quota exceeded")) {
            return Kind.FULL;
        }
        if (message.contains("read-only file system") || message.contains("not permitted")) {
            return Kind.DENIED;
        }
        return Kind.UNAVAILABLE;
    }

    /// Whether a hard link may have failed for want of such in the file system: EPERM on Linux, and
    /// what remote and FUSE file systems say.
    ///
    /// Source: link(2).
    static boolean mayLackLinks(FileSystemException failure) {
        String reason = String.valueOf(failure.getReason()).toLowerCase(Locale.ROOT);
        return reason.contains("not permitted")
                || reason.contains("not supported")
                || reason.contains("not implemented")
                || reason.contains("too many links");
    }

    /// Whether a path has a file for a folder: then there is nothing.
    static boolean isBelowAFile(FileSystemException failure) {
        return String.valueOf(failure.getReason())
                .toLowerCase(Locale.ROOT)
                .contains("not a directory");
    }

    private static String reasonOf(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason().toLowerCase(Locale.ROOT);
        }
        return String.valueOf(cause.getMessage());
    }
}
