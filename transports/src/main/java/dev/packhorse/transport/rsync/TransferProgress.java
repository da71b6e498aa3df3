package dev.packhorse.transport.rsync;

import dev.packhorse.transport.watch.CallWatch;
import java.io.OutputStream;

/// Tells a watch how far rsync is, out of what `--info=progress2` prints: the bytes done so far at
/// the beginning of each line, which ends with a carriage return.
///
/// Source: rsync(1), option `--progress`
final class TransferProgress extends OutputStream {
    private final CallWatch watch;
    private long reported;
    private long number;
    private boolean inNumber = true;

    TransferProgress(CallWatch watch) {
        this.watch = watch;
    }

    @Override
    public void write(int value) {
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
    private void report() {
        if (number > reported) {
            watch.progressed(number - reported);
            reported = number;
        }
    }
}
