package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class GdriveNetworkFaultTest extends FaultContract {
    private static DriveFake drive;
    private DrivePlace place = DrivePlace.at(1);

    @BeforeAll
    static void start() throws IOException {
        drive = DriveFake.start();
    }

    @Override
    protected void makePlace() {
        place = DrivePlace.at(drive.port());
    }

    @AfterAll
    static void stop() {
        drive.close();
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", drive.port());
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws TransportException {
        return place.through(address.port()).open(limit);
    }
}
