package dev.packhorse.transport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTransportTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @TempDir private Path folder;

    @Override
    protected Transport open() throws IOException {
        return new LocalTransport(folder);
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> new LocalTransport(folder.resolve("gone")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("gone: no such folder");
    }

    @Test
    void aLinkIsNoObject() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s");
        Files.createSymbolicLink(folder.resolve("link"), secret);
        try (Transport transport = open()) {
            assertThat(transport.stat(new ObjectKey("link"))).isEmpty();
            assertThatThrownBy(() ->
                            transport.read(
                                    new ObjectKey("link"),
                                    ByteRange.ALL,
                                    InputStream::readAllBytes,
                                    Cancellation.never()))
                    .isInstanceOf(TransportException.class);
        }
    }
}
