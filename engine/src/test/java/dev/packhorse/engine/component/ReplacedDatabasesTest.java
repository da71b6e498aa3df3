package dev.packhorse.engine.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacedDatabasesTest {
    @TempDir private Path folder;

    private RestoreContext context(String from, String to) {
        HostRoot root = new HostRoot(folder);
        return new RestoreContext(
                new AccountName(to),
                new ArchiveFacts(
                        new AccountName(from),
                        "cpmove-" + from,
                        "",
                        0,
                        0,
                        0,
                        0,
                        false,
                        Set.of(),
                        List.of()),
                new HostServices(
                        root, new CpanelAccountDirectory(root), "host.example", Optional.empty()),
                RestoreOptions.ALL,
                false,
                folder,
                SilentLog.SILENT,
                Cancellation.never());
    }

    @Test
    void dumpsReplaceWhatHasTheirNameHere() throws Exception {
        MysqlFolder archive = new MysqlFolder(folder.resolve("archive"));
        for (String member :
                List.of(
                        "mysql/first_shop.create",
                        "mysql/first_shop.sql",
                        "mysql/first_old.sql.gz",
                        "mysql/first_named.create",
                        "mysql/mapped.sql",
                        "mysql/roundcube.sql",
                        "psql/first_ledger.tar",
                        "psql/first.tar")) {
            archive.addText(member, 0600, "a dump");
        }
        archive.addText("psql/first_named.tar", 0600, "");

        assertThat(ReplacedDatabases.of(context("first", "first"), archive))
                .isEqualTo(
                        new ReplacedDatabases(
                                Set.of("first_shop", "first_old", "mapped"),
                                Set.of("first", "first_ledger")));
        assertThat(ReplacedDatabases.of(context("first", "second"), archive))
                .isEqualTo(
                        new ReplacedDatabases(
                                Set.of("second_shop", "second_old", "mapped"),
                                Set.of("second", "second_ledger")));
    }

    @Test
    void namesOfMysqlCountInAnyCaseAndThoseOfPostgresAsTheyAre() {
        ReplacedDatabases replaced = new ReplacedDatabases(Set.of("u_Shop"), Set.of("u_Ledger"));

        assertThat(replaced.hasMysql("u_shop")).isTrue();
        assertThat(replaced.hasMysql("u_Ledger")).isFalse();
        assertThat(replaced.hasPostgres("u_Ledger")).isTrue();
        assertThat(replaced.hasPostgres("u_ledger")).isFalse();
    }
}
