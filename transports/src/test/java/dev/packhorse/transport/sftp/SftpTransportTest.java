package dev.packhorse.transport.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The contract against OpenSSH, with a password.
class SftpTransportTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    private @Nullable SftpPlace place;

    private SftpPlace place() {
        return Objects.requireNonNull(place, "opened before");
    }

    @Override
    protected Transport open() throws IOException {
        SftpPlace fresh = SftpPlace.fresh();
        place = fresh;
        return fresh.open();
    }

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return LeftFiles.in(place().folder());
    }

    /// Longer than the server may stand still.
    @Test
    void aWriterMayTakeLongerThanTheServerMay() throws IOException {
        byte[] bytes = new byte[300_000];
        try (Transport impatient = place().within(Duration.ofSeconds(1)).open()) {
            impatient.putStreamed(
                    new ObjectKey("slow"),
                    out -> {
                        out.write(bytes, 0, 100_000);
                        LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
                        out.write(bytes, 100_000, 200_000);
                        LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
                    },
                    PutMode.CREATE,
                    UploadJournal.none(),
                    Cancellation.never());
        }
        assertThat(place().folder().resolve("slow")).hasBinaryContent(bytes);
    }
}
