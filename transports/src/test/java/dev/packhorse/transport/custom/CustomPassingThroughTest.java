package dev.packhorse.transport.custom;

import dev.packhorse.transport.contract.PassingThroughContract;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;

class CustomPassingThroughTest extends PassingThroughContract {
    @Override
    protected Transport open(WorkPlace work) throws IOException {
        return CustomPlace.fresh().working(work).open();
    }
}
