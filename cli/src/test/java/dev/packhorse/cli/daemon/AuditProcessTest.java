package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.audit.AuditFiles;
import dev.packhorse.engine.demo.DemoServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The trail of a real daemon, across a kill.
class AuditProcessTest {
    @TempDir private Path work;

    private List<String> trail(AuditFiles files) throws Exception {
        List<String> lines = new ArrayList<>();
        files.forEach(lines::add);
        return lines;
    }

    @Test
    void whatWasAnsweredStandsInTheTrailAfterAKill() throws Exception {
        DemoServer.write(work.resolve("server"), 20);
        AuditFiles files;
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            files = new AuditFiles(daemon.state().path().resolve("audit"));
            daemon.call("backup_config_set", new Parameters().add("backupenable", "1"));
            daemon.call("listaccts", new Parameters());
            daemon.kill();
        }
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            daemon.call("backup_config_set", new Parameters().add("backupenable", "0"));
        }
        assertThat(trail(files))
                .hasSize(2)
                .allMatch(line -> line.contains("\"function\":\"backup_config_set\""))
                .allMatch(line -> line.contains("\"parameters\":[\"backupenable\"]"));
        assertThat(files.check().firstBreak()).isEmpty();
    }
}
