package dev.packhorse.transport.rsync;

import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.OutputStream;

/// Tells a watch how far rsync is, out of what `--info=progress2` prints: the bytes done so far at
/// the beginning of each line, which ends with a carriage return. Refuses a transfer that has
/// brought more than it may.
///
/// Source: rsync(1), option `--progress`
final class TransferProgress extends OutputStream {
    private final CallWatch watch;
    private final long mostBytes;
    private long reported;
    private long number;
    private boolean inNumber = true;

    TransferProgress(CallWatch watch) {
        this(watch, Long.MAX_VALUE);
    }

    TransferProgress(CallWatch watch, long mostBytes) {
        this.watch = watch;
        this.mostBytes = mostBytes;
    }

    @Override
    public void write(int value) throws IOException {
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
    private void report() throws IOException {
        if (number > mostBytes) {
            throw new IOException("more is sent than the " + mostBytes + " bytes that were listed");
        }
        if (number > reported) {
            watch.progressed(number - reported);
            reported = number;
        }
    }
}
