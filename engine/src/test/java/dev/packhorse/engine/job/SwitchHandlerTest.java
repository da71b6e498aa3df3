package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwitchHandlerTest {
    @TempDir Path root;
    private SwitchHandler handler;

    @BeforeEach
    void server() throws IOException {
        HostRoot host = new HostRoot(root);
        AccountDirectory accounts = new CpanelAccountDirectory(host);
        handler = new SwitchHandler(accounts, new BackupSwitches(host, accounts));
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("var/cpanel/users"));
        StringBuilder passwd = new StringBuilder();
        for (String name : new String[] {"anna", "bert", "carl"}) {
            passwd.append(name + ":x:1001:1001::/home/" + name + ":/bin/bash\n");
            Files.writeString(file(name), "DNS=" + name + ".example\n");
        }
        Files.writeString(root.resolve("etc/passwd"), passwd);
    }

    @Test
    void everyAccountGetsTheSwitch() throws Exception {
        JobOutcome off = run(new SwitchArguments(false, false), Cancellation.never());

        assertThat(off)
                .isEqualTo(new JobOutcome.Succeeded(JobJson.write(new SwitchProgress(3, 3, 0))));
        for (String name : new String[] {"anna", "bert", "carl"}) {
            assertThat(file(name)).hasContent("DNS=" + name + ".example\nBACKUP=0\n");
        }
    }

    @Test
    void aDamagedAccountIsNamedAndTheOthersAreDone() throws Exception {
        Files.writeString(file("bert"), "damaged\n");

        JobOutcome outcome = run(new SwitchArguments(true, true), Cancellation.never());

        assertThat(outcome)
                .isEqualTo(
                        new JobOutcome.Partial(
                                JobJson.write(new SwitchProgress(3, 3, 1)),
                                "the switch could not be put for bert"));
        assertThat(file("bert")).hasContent("damaged\n");
        assertThat(file("carl")).hasContent("DNS=carl.example\nLEGACY_BACKUP=1\n");
    }

    @Test
    void aCancelledChangeStopsBeforeTheNextAccount() throws Exception {
        JobOutcome outcome = run(new SwitchArguments(false, false), requested());

        assertThat(outcome).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(file("anna")).hasContent("DNS=anna.example\n");
    }

    private static Cancellation requested() {
        CancellationSource source = new CancellationSource();
        source.request();
        return source;
    }

    private Path file(String name) {
        return root.resolve("var/cpanel/users/" + name);
    }

    private JobOutcome run(SwitchArguments arguments, Cancellation cancellation) throws Exception {
        return handler.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.SWITCH_ACCOUNTS,
                                "backup",
                                arguments,
                                Instant.EPOCH,
                                cancellation))
                .outcome();
    }
}
