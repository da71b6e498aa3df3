package dev.packhorse.engine.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.mysql.MysqlException;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseDumpsTest {
    private final MariadbServer mariadb = MariadbServer.shared();

    @TempDir private Path folder;

    @AfterEach
    void dropDatabase() throws MysqlException {
        mariadb.run("DROP DATABASE IF EXISTS wholeserver", "DROP DATABASE IF EXISTS dumpable");
    }

    @Test
    void everyDatabaseOfTheServerIsThereItsUsersToo() throws Exception {
        mariadb.run(
                "CREATE DATABASE wholeserver",
                "CREATE TABLE wholeserver.mules (name text)",
                "INSERT INTO wholeserver.mules VALUES ('Jenny')");
        Path target = Files.createDirectory(folder.resolve("target"));
        Path staging = Files.createDirectory(folder.resolve("staging"));

        DatabaseDumps.Dumped dumped =
                new DatabaseDumps(MysqlServer.connect(mariadb.settings()))
                        .write(target, staging, Cancellation.never());

        assertThat(dumped.gaps().any()).isFalse();
        assertThat(dump(target, "wholeserver")).contains("'Jenny'");
        assertThat(dump(target, "mysql")).contains("global_priv");
        assertThat(target.resolve("mysql/information_schema.sql.gz")).doesNotExist();
        assertThat(staging).isEmptyDirectory();
    }

    /// As a crashed table does: the table of the MERGE is gone.
    @Test
    void oneThatCannotBeDumpedIsToldAndTheOthersAreThere() throws Exception {
        mariadb.run(
                "CREATE DATABASE dumpable",
                "CREATE TABLE dumpable.mules (name text)",
                "INSERT INTO dumpable.mules VALUES ('Jenny')",
                "CREATE DATABASE crashed",
                "CREATE TABLE crashed.t (a int) ENGINE=MyISAM",
                "CREATE TABLE crashed.m (a int) ENGINE=MERGE UNION=(crashed.t)",
                "DROP TABLE crashed.t");
        Path target = Files.createDirectory(folder.resolve("target"));
        Path staging = Files.createDirectory(folder.resolve("staging"));
        DatabaseDumps.Dumped dumped;
        try {
            dumped =
                    new DatabaseDumps(MysqlServer.connect(mariadb.settings()))
                            .write(target, staging, Cancellation.never());
        } finally {
            mariadb.run("DROP DATABASE crashed");
        }

        assertThat(dumped.gaps()).isEqualTo(DumpGaps.of(List.of("crashed")));
        assertThat(DatabaseDumps.in(target)).contains("dumpable").doesNotContain("crashed");
        assertThat(dumped.warnings())
                .anyMatch(each -> each.startsWith("database crashed could not be"));
        assertThat(dump(target, "dumpable")).contains("'Jenny'");
        assertThat(target.resolve("mysql/crashed.sql.gz")).doesNotExist();
        assertThat(staging).isEmptyDirectory();
    }

    private static String dump(Path target, String database) throws Exception {
        Path file = target.resolve("mysql").resolve(database + ".sql.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
