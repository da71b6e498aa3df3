package dev.packhorse.engine.mysql;

import dev.packhorse.transport.spi.HostPort;
import java.net.InetAddress;
import java.nio.file.Path;

/// Where a database server listens.
public sealed interface MysqlEndpoint {
    /// A local socket; never encrypted.
    record Socket(Path path) implements MysqlEndpoint {
        public Socket {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("socket path is not absolute: " + path);
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// A TCP port. Unless it is a loopback address, connections are encrypted and the server's
    /// certificate and name are checked.
    record Tcp(HostPort address) implements MysqlEndpoint {
        boolean isLoopback() {
            String host = address.host();
            return host.equals("localhost") || (isLiteral(host) && loopbackLiteral(host));
        }

        private static boolean isLiteral(String host) {
            return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        }

        private static boolean loopbackLiteral(String host) {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }
}
