package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.session.TransferSessions;
import dev.packhorse.engine.session.TransferTerms;
import dev.packhorse.engine.session.TransferTerms.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an item of a transfer session does when its turn comes, whatever the queue was told.
class TransferItemTest {
    @TempDir private Path folder;

    @Test
    void theSessionDecidesWhetherAnItemBegins() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        try (RestoreServer server = RestoreServer.demo(folder)) {
            server.backUp("bob");
            Path page = server.root.resolve("/home/bob/public_html/index.html");
            Files.delete(page);
            TransferSessions sessions = new TransferSessions(server.sessions());
            TransferTerms terms = new TransferTerms(false, Phase.OPEN);
            SessionId session = sessions.create("localcopy", terms);

            sessions.put(session, terms.in(Phase.PAUSED));
            assertThat(server.runIn(session, RestoreServer.whole("bob")))
                    .isInstanceOf(JobOutcome.Snoozed.class);
            sessions.put(session, terms.in(Phase.ABORTED));
            assertThat(server.runIn(session, RestoreServer.whole("bob")))
                    .isInstanceOf(JobOutcome.Cancelled.class);
            assertThat(page).doesNotExist();
            assertThat(server.sessions().logs(SessionKind.TRANSFER, session)).isEmpty();

            sessions.put(session, terms.in(Phase.STARTED));
            assertThat(server.runIn(session, RestoreServer.whole("bob")))
                    .isNotInstanceOf(JobOutcome.Snoozed.class);
            assertThat(page).exists();
            assertThat(
                            server.sessions()
                                    .readEnd(SessionKind.TRANSFER, session, SessionStore.MASTER_LOG)
                                    .orElseThrow()
                                    .text())
                    .contains("start-item")
                    .doesNotContain("queue_size");
        }
    }
}
