package dev.packhorse.engine.http;

import dev.packhorse.transport.spi.ByteSize;
import java.time.Duration;

/// What a client may ask of the port.
///
/// @param header the longest request line with headers
/// @param body the longest body
/// @param headerTime how long a connection may take to its next whole header
/// @param bodyTime how long a body may take
/// @param connections the most connections at one time
/// @param connectionsPerAddress the most of one address, or of one /64 of IPv6; loopback, which all
///   users of this server share, may have half of all connections
public record HttpLimits(
        ByteSize header,
        ByteSize body,
        Duration headerTime,
        Duration bodyTime,
        int connections,
        int connectionsPerAddress) {
    public static final HttpLimits DEFAULT =
            new HttpLimits(
                    new ByteSize(16 * 1024),
                    new ByteSize(1024 * 1024),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    200,
                    20);

    public HttpLimits {
        if (header.bytes() < 1024 || header.bytes() > 1024 * 1024) {
            throw new IllegalArgumentException("header limit must be 1 KiB to 1 MiB: " + header);
        }
        if (body.bytes() < 1024 || body.bytes() > 64L * 1024 * 1024) {
            throw new IllegalArgumentException("body limit must be 1 KiB to 64 MiB: " + body);
        }
        if (!headerTime.isPositive() || !bodyTime.isPositive()) {
            throw new IllegalArgumentException("time limits must be positive");
        }
        if (connections < 2 || connectionsPerAddress < 1) {
            throw new IllegalArgumentException("connection limits are too small");
        }
    }
}
