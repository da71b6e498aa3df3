package dev.packhorse.transport.s3;

import dev.packhorse.transport.contract.TransportContract;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.Transport;
import java.util.Map;

class S3TransportOnSwiftTest extends TransportContract {
    @Override
    protected Transport open() throws Exception {
        return S3Place.at(S3Server.swift(), Map.of("profile", "compat")).open();
    }
}
