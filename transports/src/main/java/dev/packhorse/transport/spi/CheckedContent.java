package dev.packhorse.transport.spi;

import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/// The bytes of a [Content] on their way to a place, counted and hashed as they pass. The end of
/// the stream, and with it the right to publish, is given only when length and digest are those
/// declared; otherwise the read that would give it throws. Never gives more bytes than declared.
/// One thread.
///
/// Failures of the source itself come out as [SourceException], so that a driver can tell them from
/// those of its connection.
public final class CheckedContent extends InputStream {
    private final ObjectKey key;
    private final Content content;
    private final Cancellation cancellation;
    private final InputStream source;
    private final MessageDigest digest = Sha256.begin();
    private long given;
    private boolean checked;

    /// Opens the content for one try.
    ///
    /// @throws CancelledException if opening it noticed the cancellation
    /// @throws SourceException if the source cannot be opened
    public CheckedContent(ObjectKey key, Content content, Cancellation cancellation)
            throws SourceException, CancelledException {
        this.key = key;
        this.content = content;
        this.cancellation = cancellation;
        try {
            this.source = content.open();
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// @throws TransportException `CORRUPT` when the source is not what was declared
    /// @throws CancelledException after the cancellation was requested
    /// @throws SourceException if the source cannot be read
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        cancellation.check();
        int count = readSource(target, offset, length);
        if (count < 0) {
            checkEnd();
            return -1;
        }
        if (count > content.sizeBytes() - given) {
            throw corrupt("is longer than the declared " + content.sizeBytes() + " bytes");
        }
        digest.update(target, offset, count);
        given += count;
        return count;
    }

    private int readSource(byte[] target, int offset, int length) throws IOException {
        try {
            return source.read(target, offset, length);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    private void checkEnd() throws TransportException {
        if (checked) {
            return;
        }
        if (given != content.sizeBytes()) {
            throw corrupt("ends after " + given + " of " + content.sizeBytes() + " bytes");
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(content.sha256())) {
            throw corrupt("does not have the declared digest");
        }
        checked = true;
    }

    private TransportException corrupt(String what) {
        return new TransportException(Kind.CORRUPT, "put " + key + ": the source " + what);
    }

    /// True once the end was reached and everything was as declared.
    public boolean isComplete() {
        return checked;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
