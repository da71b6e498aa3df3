package dev.packhorse.transport.ftp;

import dev.packhorse.transport.server.PyftpdlibServer;
import dev.packhorse.transport.spi.TransportSettings;

/// The same faults before another server.
class FtpPyftpdlibNetworkFaultTest extends FtpNetworkFaultTest {
    @Override
    TransportSettings freshPlace() {
        return PyftpdlibServer.plain().settings();
    }
}
