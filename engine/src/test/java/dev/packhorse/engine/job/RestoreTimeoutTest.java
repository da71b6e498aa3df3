package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Needs root.
class RestoreTimeoutTest {
    @TempDir private Path folder;

    /// Does not come to an end by itself.
    private record Endless() implements AccountComponent {
        @Override
        public ComponentName name() {
            return new ComponentName("Endless");
        }

        @Override
        public String summary() {
            return "";
        }

        @Override
        public boolean availableRestricted() {
            return true;
        }

        @Override
        public Set<ComponentName> restoreAfter() {
            return Set.of();
        }

        @Override
        public Set<String> members() {
            return Set.of("endless");
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink) {
            return PackReport.EMPTY;
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source)
                throws IOException {
            CountDownLatch asked = new CountDownLatch(1);
            try (var _ = context.cancellation().onRequest(asked::countDown)) {
                asked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            context.cancellation().check();
            throw new IllegalStateException("was asked for nothing");
        }
    }

    @Test
    void aRestoreThatTakesTooLongFailsAndNamesTheSetting() throws Exception {
        try (RestoreServer server = RestoreServer.demo(folder)) {
            server.backUp("bob");
            server.backups.file().update(Map.of(ConfigKey.MAXIMUM_RESTORE_TIMEOUT, "2"));
            RestoreResult result =
                    server.restoreWith(List.of(new Endless()), RestoreServer.whole("bob"));
            assertThat(result.message()).contains("2 seconds", "maximum_restore_timeout");
        }
    }
}
