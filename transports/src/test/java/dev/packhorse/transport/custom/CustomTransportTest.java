package dev.packhorse.transport.custom;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;

class CustomTransportTest extends TransportContract {
    @Override
    protected Transport open() throws IOException {
        return CustomPlace.fresh().open();
    }

    @Override
    protected int many() {
        return 60;
    }
}
