package dev.packhorse.transport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a server tells of the locks of objects.
class S3LockTest {
    private static final ObjectKey KEY = new ObjectKey("2026-11-24/accounts/alice.tar.gz");

    private static ObjectInfo put(Transport transport, int size) throws Exception {
        return transport.put(
                KEY,
                BytesContent.of(new byte[size]),
                PutMode.REPLACE,
                UploadJournal.none(),
                Cancellation.never());
    }

    @Test
    void anObjectWithoutALockTellsNone() throws Exception {
        try (Transport transport = S3Place.at(S3Server.s3Mock(), Map.of()).open()) {
            assertThat(put(transport, 10).lockedUntil()).isEmpty();
            assertThat(transport.stat(KEY)).map(ObjectInfo::lockedUntil).contains(Optional.empty());
        }
    }

    /// The headers of the service's HeadObject.
    @ParameterizedTest
    @CsvSource({
        "2027-01-01T10:00:00Z,OFF,2027-01-01T10:00:00Z",
        "2027-01-01T10:00:00.250Z,,2027-01-01T10:00:00.250Z",
        "2027-01-01T10:00:00Z,ON,9999-12-31T00:00:00Z",
        ",ON,9999-12-31T00:00:00Z",
        ",OFF,",
    })
    void whatTheServerTellsOfLocksIsTold(
            @Nullable String until, @Nullable String hold, @Nullable Instant expected)
            throws Exception {
        try (FaultyS3 server = new FaultyS3();
                Transport transport =
                        S3Place.inExistingBucket(
                                        new S3Server(server.endpoint(), "AK", "secret"), Map.of())
                                .open()) {
            for (int i = 0; i < 2; i++) {
                server.once("Head", normal -> Optional.of(locked(normal.answer(), until, hold)));
            }
            assertThat(put(transport, 10).lockedUntil()).isEqualTo(Optional.ofNullable(expected));
            assertThat(transport.stat(KEY).flatMap(ObjectInfo::lockedUntil))
                    .isEqualTo(Optional.ofNullable(expected));
        }
    }

    private static FaultyS3.Reply locked(
            FaultyS3.Reply reply, @Nullable String until, @Nullable String hold) {
        FaultyS3.Reply told =
                until == null ? reply : reply.with("x-amz-object-lock-retain-until-date", until);
        return hold == null ? told : told.with("x-amz-object-lock-legal-hold", hold);
    }
}
