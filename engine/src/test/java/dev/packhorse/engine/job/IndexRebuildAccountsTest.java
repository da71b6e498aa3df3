package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.IndexContents;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The index that is made of an account's archive equals the one that its backup wrote. Needs root,
/// for files of other users.
class IndexRebuildAccountsTest {
    @TempDir Path folder;

    @Test
    void theRebuiltIndexOfEveryDemoAccountIsTheWrittenOne() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        try (RestoreServer server = RestoreServer.demo(folder)) {
            KeptArchives kept = KeptArchives.of(server.root);
            for (String account : DemoServer.ACCOUNTS) {
                server.backUp(account);
                KeptArchive archive = kept.find(new AccountName(account), RestoreServer.TODAY);
                Path written = kept.directory().place(BackupDirectory.indexKey(archive.key()));

                IndexContents rebuilt =
                        IndexContents.rebuilt(
                                kept.directory().place(archive.key()),
                                folder.resolve(account + ".index"));

                IndexContents wanted = IndexContents.of(written);
                assertThat(rebuilt.entries())
                        .as(account)
                        .containsExactlyElementsOf(wanted.entries());
                assertThat(rebuilt).as(account).isEqualTo(wanted);
                assertThat(wanted.entries()).hasSizeGreaterThan(60);
            }
        }
    }
}
