package dev.packhorse.transport.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransportRegistryTest {
    private static final TransportSettings NONE =
            new TransportSettings(new TreeMap<>(), new TreeMap<>(), Duration.ofSeconds(30));

    @TempDir Path folder;

    private final class Folder implements TransportFactory {
        @Override
        public String type() {
            return "Folder";
        }

        @Override
        public Transport open(TransportSettings settings) throws TransportException {
            return new LocalTransport(folder);
        }
    }

    @Test
    void aTypeIsFoundWithoutRegardToCase() throws TransportException {
        TransportRegistry registry = new TransportRegistry(List.of(new Folder()));
        assertThat(registry.types()).containsExactly("Folder");
        try (Transport transport = registry.open("FOLDER", NONE)) {
            assertThat(transport.traits().readsRanges()).isTrue();
        }
    }

    @Test
    void anUnknownTypeIsRefusedAndTwoOfOneTypeAreABug() {
        assertThatThrownBy(() -> new TransportRegistry(List.of()).open("Pigeon", NONE))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("Pigeon");
        assertThatThrownBy(() -> new TransportRegistry(List.of(new Folder(), new Folder())))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
