package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.server.ApacheDavServer;
import dev.packhorse.transport.server.RcloneDavServer;
import dev.packhorse.transport.server.ServerProcess;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Servers at the port that an address need not name.
class WebdavUsualPortTest {
    private static final int PORT = 80;
    private static final byte[] BYTES = "some bytes".getBytes(StandardCharsets.UTF_8);

    /// The second finds the folder that the first one made.
    private static void putTwice(TransportSettings settings) throws IOException {
        try (Transport transport = new WebdavTransportFactory().open(settings)) {
            for (String name : new String[] {"first", "second"}) {
                ObjectKey key = new ObjectKey("2026/" + name);
                transport.put(key, BytesContent.of(BYTES), PutMode.CREATE, Cancellation.never());
                assertThat(transport.stat(key).map(ObjectInfo::sizeBytes))
                        .contains((long) BYTES.length);
            }
        }
    }

    @Test
    void aServerThatComparesTheHostOfTheNewNamePublishes() throws IOException {
        try (RcloneDavServer server = RcloneDavServer.at(ServerProcess.freeAddress(PORT), PORT)) {
            putTwice(server.settings());
        }
    }

    @Test
    void aFolderIsSeenThroughARedirectThatLeavesThePortOut() throws IOException {
        try (ApacheDavServer server =
                ApacheDavServer.redirecting(ServerProcess.freeAddress(PORT), PORT)) {
            putTwice(server.settings());
        }
    }
}
