package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallWatch;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/// Tells a watch how far rsync is, out of what `--info=progress2` prints: the bytes done so far at
/// the beginning of each line, which ends with a carriage return. Rsync itself has no bound on what
/// a server may send, but for single files.
///
/// Source: rsync(1), option `--progress`
final class TransferProgress extends OutputStream {
    private final CallWatch watch;
    private final long mostBytes;
    private final String operation;
    private final LongConsumer sent;
    private long reported;
    private long number;
    private boolean inNumber = true;

    TransferProgress(CallWatch watch) {
        this(watch, Long.MAX_VALUE, "", _ -> {});
    }

    /// @param sent told the bytes done so far, each time they are more
    TransferProgress(CallWatch watch, LongConsumer sent) {
        this(watch, Long.MAX_VALUE, "", sent);
    }

    /// @param mostBytes more end the transfer
    /// @param operation what it is for
    TransferProgress(CallWatch watch, long mostBytes, String operation) {
        this(watch, mostBytes, operation, _ -> {});
    }

    private TransferProgress(CallWatch watch, long mostBytes, String operation, LongConsumer sent) {
        this.watch = watch;
        this.mostBytes = mostBytes;
        this.operation = operation;
        this.sent = sent;
    }

    @Override
    public void write(int value) throws TransportException {
        if (value == '\r' || value == '\n') {
            number = 0;
            inNumber = true;
        } else if (inNumber && value >= '0' && value <= '9' && number < Long.MAX_VALUE / 100) {
            number = number * 10 + (value - '0');
        } else if (inNumber && number > 0) {
            inNumber = false;
            report();
        }
    }

    /// Only what is more than before counts: a server cannot keep a run alive with empty lines.
    private void report() throws TransportException {
        if (number > mostBytes) {
            throw new TransportException(
                    Kind.CORRUPT,
                    "%s: the server sends more than the %d bytes that it may have"
                            .formatted(operation, mostBytes));
        }
        if (number > reported) {
            watch.progressed(number - reported);
            reported = number;
            sent.accept(number);
        }
    }
}
