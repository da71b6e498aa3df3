package dev.packhorse.cli.daemon;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.transport.server.OpensshServer;
import java.io.IOException;

/// The Rsync destination `offsite`, and accounts that go there as trees.
final class OffsiteTrees {
    private OffsiteTrees() {}

    /// Adds it.
    ///
    /// @param folder below the home of the server's user
    /// @return its id
    /// @param port where the server is reached
    static String add(DaemonUnderTest daemon, String folder, int port)
            throws ClientException, IOException {
        OpensshServer sshd = OpensshServer.shared();
        daemon.call("backup_config_set", new Parameters().add("backuptype", "incremental"));
        return daemon.call(
                        "backup_destination_add",
                        new Parameters()
                                .add("name", "offsite")
                                .add("type", "Rsync")
                                .add("host", "127.0.0.1")
                                .add("port", Integer.toString(port))
                                .add("username", sshd.user())
                                .add("authtype", "key")
                                .add("privatekey", sshd.key().toString())
                                .add("path", folder)
                                .add("host_key", sshd.fingerprint()))
                .path("id")
                .asString("");
    }
}
