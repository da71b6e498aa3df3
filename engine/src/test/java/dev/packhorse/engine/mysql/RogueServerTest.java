package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Case D17: a database server that asks for files of this one gets none, neither from our own
/// connections nor from the client program that loads dumps.
class RogueServerTest {
    private final MariadbServer mariadb = MariadbServer.shared();

    @TempDir Path folder;

    private Path secret;

    @BeforeEach
    void write() throws Exception {
        secret = Files.writeString(folder.resolve("shadow"), "root:$6$very$secret:1::::::\n");
    }

    private RogueServer rogue(String statement) throws Exception {
        return new RogueServer(folder.resolve("r.sock"), mariadb.socket(), statement, secret);
    }

    private static MysqlSettings settings(RogueServer rogue) {
        return MysqlSettings.socket(
                rogue.socket(), "root", new Secret(MariadbServer.ADMIN_PASSWORD));
    }

    @Test
    void ourOwnConnectionsSendNoFile() throws Exception {
        try (RogueServer rogue = rogue("SELECT VERSION()")) {
            assertThatThrownBy(() -> MysqlServer.connect(settings(rogue)))
                    .isInstanceOf(MysqlException.class);

            MariadbServer.await(() -> !rogue.sent.isEmpty());
            assertThat(rogue.sent).containsOnly("");
        }
    }

    @Test
    void theProgramThatLoadsDumpsSendsNoFile() throws Exception {
        Path dump =
                Files.writeString(
                        folder.resolve("d.sql"),
                        "CREATE TABLE `t` (`a` int);\n-- Dump completed\n");
        LoadRequest request =
                new LoadRequest(
                        "rogue_db",
                        "rogue_db",
                        dump,
                        new CreateFile("utf8mb4", "utf8mb4_general_ci"),
                        List.of(
                                new DatabaseUser(
                                        "rogue",
                                        "localhost",
                                        DatabaseUser.NATIVE,
                                        ByteString.of(""))),
                        List.of(),
                        folder,
                        Cancellation.never());
        try (RogueServer rogue = rogue("NO_AUTO_VALUE_ON_ZERO")) {
            MysqlLoad load = new MysqlLoad(MysqlServer.connect(settings(rogue)));

            assertThatThrownBy(() -> load.load(request)).isInstanceOf(MysqlException.class);

            MariadbServer.await(() -> !rogue.sent.isEmpty());
            assertThat(rogue.sent).allSatisfy(each -> assertThat(each).doesNotContain("secret"));
            assertThat(mariadb.rows("SHOW DATABASES LIKE 'rogue%'")).isEmpty();
        }
    }
}
