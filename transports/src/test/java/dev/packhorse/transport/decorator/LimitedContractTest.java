package dev.packhorse.transport.decorator;

import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// The layer keeps what the place below it promises.
class LimitedContractTest extends TransportContract {
    @Override
    protected boolean hasFolders() {
        return true;
    }

    @TempDir private Path folder;

    @Override
    protected boolean knowsLeftovers() {
        return true;
    }

    @Override
    protected List<String> leftovers() throws IOException {
        return LeftFiles.in(folder);
    }

    @Override
    protected Transport open() throws IOException {
        return new LimitedTransport(new LocalTransport(folder), 3);
    }
}
