package dev.packhorse.cli.daemon;

import dev.packhorse.transport.contract.LeftFiles;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.fault.FtpPorts;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A kind of place that takes streams, with a real server on loopback.
enum StreamPlace {
    SFTP,
    FTP,
    S3,
    B2;

    String type() {
        return switch (this) {
            case SFTP -> "SFTP";
            case FTP -> "FTP";
            case S3 -> "S3Compatible";
            case B2 -> "Backblaze";
        };
    }

    HostPort server() {
        return new HostPort(
                "127.0.0.1",
                switch (this) {
                    case SFTP -> OpensshServer.shared().port();
                    case FTP -> ftp().port();
                    case S3 -> URI.create(S3Server.s3Mock().endpoint()).getPort();
                    case B2 -> URI.create(B2Simulator.shared().endpoint()).getPort();
                });
    }

    private static ProftpdServer ftp() {
        return ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on");
    }

    /// Stands before the server.
    FaultProxy proxy() throws IOException {
        return this == FTP
                ? FaultProxy.before(server(), FtpPorts::translated)
                : FaultProxy.before(server());
    }

    String secretName() {
        return this == B2 ? "application_key" : "password";
    }

    String secret() {
        return switch (this) {
            case SFTP -> OpensshServer.PASSWORD;
            case FTP -> ProftpdServer.PASSWORD;
            case S3 -> S3Server.s3Mock().secretKey();
            case B2 -> B2Simulator.shared().key();
        };
    }

    /// The settings besides the secret.
    ///
    /// @param address the server's or a proxy's
    Map<String, String> settings(String folder, HostPort address) throws IOException {
        return switch (this) {
            case SFTP ->
                    Map.of(
                            "host",
                            "127.0.0.1",
                            "port",
                            Integer.toString(address.port()),
                            "username",
                            OpensshServer.shared().user(),
                            "authtype",
                            "password",
                            "path",
                            folder,
                            "host_key",
                            OpensshServer.shared().fingerprint());
            case FTP -> {
                Map<String, String> values =
                        new HashMap<>(ftp().settings(folder, Map.of()).values());
                values.put("port", Integer.toString(address.port()));
                yield values;
            }
            case S3 ->
                    Map.of(
                            "host",
                            "http://" + address,
                            "bucket",
                            S3Server.READY_BUCKET,
                            "folder",
                            folder,
                            "aws_access_key_id",
                            S3Server.s3Mock().accessKeyId(),
                            "part_size",
                            "5MiB");
            case B2 ->
                    Map.of(
                            "endpoint",
                            "http://" + address,
                            "bucket_id",
                            B2Simulator.shared().bucketId(),
                            "bucket_name",
                            "packhorse",
                            "path",
                            folder,
                            "application_key_id",
                            B2Simulator.shared().keyId(),
                            "part_size",
                            "5MiB");
        };
    }

    /// The temporary files at the place; none where a place has no files.
    List<String> leftFiles(String folder) throws IOException {
        return switch (this) {
            case SFTP -> LeftFiles.in(OpensshServer.shared().home().resolve(folder));
            case FTP -> LeftFiles.in(ftp().home().resolve(folder));
            case S3, B2 -> List.of();
        };
    }
}
