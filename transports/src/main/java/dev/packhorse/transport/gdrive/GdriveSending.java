package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.gdrive.UploadSession.Progress;
import dev.packhorse.transport.http.HttpErrors;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Brings a content into a file that is no object yet, and makes sure that it is there: what the
/// service says that it computed over the file decides.
///
/// @param file the id that the file has once it is complete
record GdriveSending(
        DriveClient client, ObjectKey key, Content content, UploadSession session, String file) {
    private static final int BLOCK = 64 * 1024;

    /// What has arrived is good for nothing: the next try must begin anew.
    static final class Worthless extends Exception {
        private static final long serialVersionUID = 1L;

        Worthless(String message) {
            super(message);
        }
    }

    /// How far one pass over the source came.
    private record Pass(Progress progress, String md5) {}

    /// Sends what is missing.
    ///
    /// @param found how far the upload has come
    /// @return the file, whole and verified
    DriveFile run(Progress found) throws TransportException, CancelledException, Worthless {
        long arrived = -1;
        Progress progress = found;
        while (true) {
            Pass pass = pass(progress);
            switch (pass.progress()) {
                case Progress.Complete _ -> {
                    return verified(pass.md5());
                }
                case Progress.Gone _ -> throw new Worthless("the service has dropped the upload");
                case Progress.Arrived(long bytes) -> {
                    if (bytes <= arrived || bytes == content.sizeBytes()) {
                        throw new Worthless("the service stopped taking the upload");
                    }
                    arrived = bytes;
                    progress = pass.progress();
                }
            }
        }
    }

    /// Reads the source once from its first byte and sends what the service does not have. The
    /// service may keep less than it was sent; the rest then takes another pass.
    private Pass pass(Progress from) throws TransportException, CancelledException {
        MessageDigest md5 = md5();
        try (CheckedContent checked = new CheckedContent(key, content, client.cancellation());
                InputStream source = new DigestInputStream(checked, md5)) {
            Progress progress =
                    from instanceof Progress.Arrived(long bytes) ? send(source, bytes) : from;
            if (progress instanceof Progress.Complete) {
                source.transferTo(OutputStream.nullOutputStream());
            }
            return new Pass(progress, HexFormat.of().formatHex(md5.digest()));
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw HttpErrors.broken(client.operation(), e);
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private Progress send(InputStream source, long arrived) throws IOException {
        consume(source, arrived);
        long at = arrived;
        while (true) {
            long length = Math.min(UploadSession.CHUNK, content.sizeBytes() - at);
            boolean last = at + length == content.sizeBytes();
            Progress progress =
                    last ? sendLast(source, at, length) : session.send(source, at, length);
            at += length;
            if (last || !progress.equals(new Progress.Arrived(at))) {
                return progress;
            }
        }
    }

    /// Once the last byte arrived the file is there, whatever became of the answer.
    private Progress sendLast(InputStream source, long at, long length) throws IOException {
        try {
            return session.send(source, at, length);
        } catch (TransportException e) {
            if (e.kind().retryable() && isThere(e)) {
                return new Progress.Complete();
            }
            throw e;
        }
    }

    private boolean isThere(TransportException failure) throws CancelledException {
        try {
            return new DriveFiles(client).byId(file).isPresent();
        } catch (TransportException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /// Reads what the service has, since it counts for the digests.
    private static void consume(InputStream source, long bytes) throws IOException {
        byte[] block = new byte[BLOCK];
        long left = bytes;
        while (left > 0) {
            int count = source.read(block, 0, (int) Math.min(block.length, left));
            if (count < 0) {
                throw new EOFException("the source became shorter");
            }
            left -= count;
        }
    }

    private DriveFile verified(String md5)
            throws TransportException, CancelledException, Worthless {
        Optional<DriveFile> found = new DriveFiles(client).byId(file);
        if (found.isEmpty()) {
            throw client.failed(Kind.UNAVAILABLE, "the service does not have what it received");
        }
        DriveFile there = found.get();
        if (there.sizeBytes() != content.sizeBytes()
                || !there.md5().equals(md5)
                || !there.isOf(content.sha256())) {
            throw new Worthless("the service has other bytes than were sent");
        }
        return there;
    }
}
