package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.net.ftp.FTPReply;

/// Brings a content into the temporary file and makes sure that it is there. The server's count
/// decides, not its reply: a reply of success with another count is a failure, and without one the
/// file is read back.
final class FtpSending {
    private static final int BLOCK = 1 << 17;
    private static final int TAIL = 1 << 16;
    private static final long NOOP_NANOS = Duration.ofSeconds(20).toNanos();

    private final FtpCalls calls;
    private final ObjectKey key;
    private final Content content;
    private final ObjectKey temporary;

    FtpSending(FtpCalls calls, ObjectKey key, Content content, FtpUploadState state) {
        this.calls = calls;
        this.key = key;
        this.content = content;
        this.temporary = state.temporary();
    }

    /// @param resumes whether an earlier try may have sent something
    void run(boolean resumes) throws TransportException, CancelledException {
        Optional<TransportException> doubt =
                calls.moving(session -> {
                    FtpFiles files = new FtpFiles(session, calls.operation());
                    files.makeFolderOf(key);
                    return content instanceof StreamedContent stream
                            ? transfer(session, 0, new FtpSent.Stream(session, stream))
                            : send(session, resumes ? usable(session, files) : 0);
                });
        requireWhole(doubt);
    }

    /// @param doubt why it may not be whole, if the server did not say that it is
    private void requireWhole(Optional<TransportException> doubt)
            throws TransportException, CancelledException {
        long there = calls.brief(this::size);
        if (there != content.sizeBytes()) {
            throw doubt.orElseGet(() ->
                    failed("the server has " + there + " of " + content.sizeBytes() + " bytes"));
        }
        if (doubt.isPresent() && !readBack().equals(content.sha256())) {
            calls.tidying(session -> {
                new FtpFiles(session, calls.operation()).discard(temporary);
                return true;
            });
            throw failed("the server has other bytes than were sent");
        }
    }

    private TransportException failed(String what) {
        return new TransportException(Kind.UNAVAILABLE, calls.operation() + ": " + what);
    }

    private long size(FtpSession session) throws IOException {
        return new FtpFiles(session, calls.operation())
                .seen(temporary)
                .map(ObjectInfo::sizeBytes)
                .orElse(0L);
    }

    private String readBack() throws TransportException, CancelledException {
        return calls.moving(session ->
                new FtpDownload(session, calls.operation(), temporary, calls.cancellation())
                        .run(ByteRange.ALL, Sha256::of));
    }

    /// How much of what an earlier try sent can be kept. Its last bytes are read back: after a
    /// crash a file may have its length and not its content.
    private long usable(FtpSession session, FtpFiles files) throws IOException {
        long there = size(session);
        if (there == 0) {
            return 0;
        }
        if (there <= content.sizeBytes() && endsAsOurs(session, there)) {
            return there;
        }
        files.discard(temporary);
        return 0;
    }

    private boolean endsAsOurs(FtpSession session, long there) throws IOException {
        int length = (int) Math.min(TAIL, there);
        ByteRange range = new ByteRange(there - length, length);
        try {
            byte[] found =
                    new FtpDownload(session, calls.operation(), temporary, calls.cancellation())
                            .run(range, InputStream::readAllBytes);
            return Arrays.equals(found, ours(range));
        } catch (TransportException e) {
            if (session.isInStep() && !e.kind().retryable()) {
                return false;
            }
            throw e;
        }
    }

    private byte[] ours(ByteRange range) throws IOException {
        try (InputStream source = content.open()) {
            source.skipNBytes(range.offset());
            return source.readNBytes((int) range.length());
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    /// Sends what is missing, and says why it is in doubt that everything arrived; empty if the
    /// server says that it did.
    private Optional<TransportException> send(FtpSession session, long there) throws IOException {
        try (CheckedContent source = new CheckedContent(key, content, calls.cancellation())) {
            pass(session, source, there);
            if (there > 0 && there == content.sizeBytes()) {
                source.transferTo(OutputStream.nullOutputStream());
                return Optional.of(failed("the end of the upload was not confirmed"));
            }
            return transfer(session, there, new FtpSent.Known(session, source));
        } catch (RestRefused _) {
            new FtpFiles(session, calls.operation()).discard(temporary);
            return send(session, 0);
        }
    }

    /// Reads and hashes what the server has already. Meanwhile the connection must not fall asleep.
    private static void pass(FtpSession session, InputStream source, long there)
            throws IOException {
        byte[] block = new byte[BLOCK];
        long saidAt = System.nanoTime();
        for (long left = there; left > 0; ) {
            int count = source.read(block, 0, (int) Math.min(block.length, left));
            if (count < 0) {
                return;
            }
            left -= count;
            session.progressed();
            if (System.nanoTime() - saidAt > NOOP_NANOS) {
                session.noop();
                saidAt = System.nanoTime();
            }
        }
    }

    private Optional<TransportException> transfer(FtpSession session, long there, FtpSent sent)
            throws IOException {
        Socket data = begin(session, there);
        try {
            sent.writeTo(data.getOutputStream());
            data.close();
            int code = session.endTransfer();
            return FTPReply.isPositiveCompletion(code)
                    ? Optional.empty()
                    : Optional.of(session.refusal(calls.operation()));
        } catch (SourceException e) {
            letGo(session, data, e);
            throw e;
        } catch (CancelledException | TransportException e) {
            throw e;
        } catch (IOException e) {
            TransportException failure = brokenOff(session, e);
            if (sent.isComplete()) {
                session.leave();
                return Optional.of(failure);
            }
            throw failure;
        }
    }

    /// Has the server close the file, which some do not remove before.
    private static void letGo(FtpSession session, Socket data, SourceException failure) {
        try {
            data.close();
            session.endTransfer();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private Socket begin(FtpSession session, long there) throws IOException {
        try {
            return session.beginTransfer(
                    calls.operation(), "STOR", session.place(temporary.value()), there);
        } catch (TransportException e) {
            int code = session.getReplyCode();
            if (there == 0 && code == FTPReply.FILE_UNAVAILABLE && session.isInStep()) {
                return beginAgain(session);
            }
            if (there > 0 && (code == 451 || code >= 500) && code != 552) {
                throw new RestRefused();
            }
            throw e;
        }
    }

    /// Somebody may have removed the folder, which was empty still.
    private Socket beginAgain(FtpSession session) throws IOException {
        new FtpFiles(session, calls.operation()).makeFolderOf(key);
        return session.beginTransfer(
                calls.operation(), "STOR", session.place(temporary.value()), 0);
    }

    /// A server that has no more space closes the data connection; why, it says on the other one.
    private TransportException brokenOff(FtpSession session, IOException failure) {
        try {
            if (session.endTransfer() >= 400) {
                TransportException refusal = session.refusal(calls.operation());
                refusal.addSuppressed(failure);
                return refusal;
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return FtpErrors.of(calls.operation(), failure);
    }

    /// The server does not let an upload go on.
    private static final class RestRefused extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
