package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.OneAccount;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.QuietLog;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.DiskQuota;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disk limits that the service may neither ask for nor set, as under the unit that is shipped.
class QuotaComponentTest {
    @TempDir Path folder;

    private final QuotaComponent quota = new QuotaComponent(new Forbidden());
    private SmallServer server;

    /// What the kernel says under the unit's filter of system calls.
    private static final class Forbidden implements DiskLimits {
        @Override
        public Optional<DiskQuota> find(Account account, Path home) throws IOException {
            throw new IOException("quotactl: operation not permitted");
        }

        @Override
        public void set(Account account, Path home, DiskQuota limit) throws IOException {
            throw new IOException("quotactl: operation not permitted");
        }
    }

    /// Keeps texts alone.
    private static final class Texts implements ArchiveSink {
        private final List<String> texts = new ArrayList<>();

        @Override
        public void add(ArchiveEntry entry) {
            throw new IllegalStateException("no text");
        }

        @Override
        public long add(ArchiveEntry.RegularFile entry, EntryBody body) {
            throw new IllegalStateException("no text");
        }

        @Override
        public void addText(String path, int mode, String content) {
            texts.add(path + "=" + content);
        }

        @Override
        public long metadataTime() {
            return 0;
        }
    }

    @BeforeEach
    void makeAccount() throws Exception {
        server = new SmallServer(folder);
        server.makeAccount();
    }

    @Test
    void anAccountWithoutAPanelIsPackedAllTheSame() throws Exception {
        Account account = server.services.accounts().find(new AccountName("demo")).orElseThrow();
        HostServices plain =
                new HostServices(
                        server.services.root(),
                        new OneAccount(account),
                        "host.example",
                        Optional.empty());
        Texts sink = new Texts();

        PackReport report =
                quota.pack(
                        new PackContext(
                                account,
                                plain,
                                PackOptions.ALL,
                                server.staging,
                                QuietLog.LOG,
                                Cancellation.never()),
                        sink);

        assertThat(sink.texts).containsExactly("quota=0\n");
        assertThat(report).isEqualTo(PackReport.EMPTY);
    }

    private RestoreReport restore(String text) throws Exception {
        server.members.put("quota", text);
        return server.restore(quota, false, RestoreOptions.ALL);
    }

    @Test
    void anAccountWithoutALimitGivesNothingToTell() throws Exception {
        for (String none : new String[] {"0\n", "unlimited\n"}) {
            RestoreReport report = restore(none);

            assertThat(report.skipped()).isEmpty();
            assertThat(report.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void aLimitThatCannotBeSetOrLiftedIsTold() throws Exception {
        assertThat(restore("100\n").skipped())
                .containsExactly(
                        "disk limit of 100 MiB: not set, quotactl: operation not permitted");
        assertThat(restore("0\n").skipped())
                .containsExactly("disk limit: not lifted, quotactl: operation not permitted");
        assertThat(restore("0\n").skipped()).as("there is none any more").isEmpty();
    }
}
