package dev.packhorse.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CheckedContentTest {
    private static final ObjectKey KEY = new ObjectKey("k");
    private static final byte[] BYTES = {1, 2, 3, 4, 5};

    private static CheckedContent open(long size, byte[] digestOf) throws IOException {
        return new CheckedContent(
                KEY,
                new BytesContent(BYTES, size, BytesContent.digest(digestOf)),
                Cancellation.never());
    }

    @Test
    void whatIsAsDeclaredPassesAndIsCompleteOnlyAtItsEnd() throws IOException {
        try (CheckedContent content = open(5, BYTES)) {
            assertThat(content.readNBytes(5)).isEqualTo(BYTES);
            assertThat(content.isComplete()).isFalse();
            assertThat(content.read()).isEqualTo(-1);
            assertThat(content.isComplete()).isTrue();
            assertThat(content.read()).isEqualTo(-1);
        }
    }

    @Test
    void aSourceThatIsNotAsDeclaredNeverComesToItsEnd() throws IOException {
        assertCorrupt(open(6, BYTES), "ends after 5 of 6 bytes");
        assertCorrupt(open(4, BYTES), "is longer than the declared 4 bytes");
        assertCorrupt(open(5, new byte[] {1}), "does not have the declared digest");
    }

    private static void assertCorrupt(CheckedContent content, String what) throws IOException {
        try (content) {
            assertThatThrownBy(content::readAllBytes)
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.CORRUPT))
                    .hasMessageContaining(what);
            assertThat(content.isComplete()).isFalse();
        }
    }

    @Test
    void aCancellationEndsTheNextRead() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        try (CheckedContent content =
                new CheckedContent(KEY, BytesContent.of(BYTES), cancellation)) {
            assertThat(content.read()).isEqualTo(1);
            cancellation.request();
            assertThatThrownBy(content::read).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void anUploadStateShowsItsKeysAloneAndHasALimit() {
        var values = new TreeMap<String, String>();
        values.put("session", "https://place.example/upload?token=secret");
        assertThat(new UploadState(values)).hasToString("UploadState[session]");
        values.put("parts", "x".repeat(16 * 1024));
        assertThatThrownBy(() -> new UploadState(values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit 16384");
    }
}
