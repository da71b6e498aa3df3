package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class GdriveTransportTest extends TransportContract {
    private static DriveFake drive;

    @BeforeAll
    static void start() throws IOException {
        drive = DriveFake.start();
    }

    @AfterAll
    static void stop() {
        drive.close();
    }

    @Override
    protected Transport open() throws IOException {
        return DrivePlace.at(drive.port()).open();
    }
}
