package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The system's own programs, on a system in a folder. Needs root, since they change their root.
class SystemUserToolsTest {
    private static final String HASH = "$6$saltsalt$" + "a".repeat(86);

    @TempDir Path folder;

    private UserTools tools;

    @BeforeEach
    void makeSystem() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        Files.createDirectory(folder.resolve("etc"));
        put("passwd", "root:x:0:0::/root:/bin/sh\nother:x:1500:1500::/home/other:/bin/sh\n");
        put("group", "root:x:0:\nother:x:1500:\nsales:x:1700:\n");
        put("shadow", "root:*:19000:0:99999:7:::\nother:*:19000:0:99999:7:::\n");
        tools = new SystemUserTools(folder);
    }

    private void put(String file, String text) throws IOException {
        Files.writeString(folder.resolve("etc").resolve(file), text);
    }

    private UserEntry add(OptionalInt uid) throws IOException {
        AccountName name = new AccountName("demo");
        tools.add(new NewUser(name, uid, "", "/home/demo", "/bin/false", HASH));
        UserDatabase users = new UserDatabase(new HostRoot(folder));
        assertThat(users.passwordHash("demo")).contains(HASH);
        return users.find("demo").orElseThrow();
    }

    @Test
    void aFreeNumberIsTheUsersAndItsGroups() throws Exception {
        UserEntry user = add(OptionalInt.of(1600));
        assertThat(user.uid()).isEqualTo(1600);
        assertThat(user.gid()).isEqualTo(1600);
    }

    @Test
    void aNumberOfAnotherUserGivesWay() throws Exception {
        assertThat(add(OptionalInt.of(1500)).uid()).isNotEqualTo(1500);
    }

    @Test
    void aNumberOfAnotherGroupGivesWayForBoth() throws Exception {
        UserEntry user = add(OptionalInt.of(1700));
        assertThat(user.uid()).isNotEqualTo(1700);
        assertThat(user.gid()).isNotEqualTo(1700);
    }

    @Test
    void aNumberThatOnlyTheProgramKnowsToBeTakenGivesWay() throws Exception {
        // The same number in another spelling: the program reads it, the files do not show it.
        put("passwd", "root:x:0:0::/root:/bin/sh\nother:x:01500:100::/home/other:/bin/sh\n");
        put("group", "root:x:0:\nusers:x:100:\n");
        assertThat(add(OptionalInt.of(1500)).uid()).isNotEqualTo(1500);
    }

    @Test
    void theOtherToolsChangeWhatTheySay() throws Exception {
        put("login.defs", "USERGROUPS_ENAB yes\n");
        add(OptionalInt.empty());
        AccountName name = new AccountName("demo");
        UserDatabase users = new UserDatabase(new HostRoot(folder));
        tools.setShell(name, "/bin/sh");
        tools.setPasswordHash(name, "!" + HASH);
        assertThat(users.find("demo").orElseThrow().shell()).isEqualTo("/bin/sh");
        assertThat(users.passwordHash("demo")).contains("!" + HASH);

        Path shadow = folder.resolve("etc/shadow");
        String before =
                Files.readString(shadow).replaceAll("(?m)^(demo:[^:]*:)[0-9]+:", "$1" + "12345:");
        Files.writeString(shadow, before);
        tools.setExpiryDay(name, OptionalLong.of(1));
        assertThat(users.expiryDay("demo")).hasValue(1);
        tools.setExpiryDay(name, OptionalLong.of(29_999));
        assertThat(users.expiryDay("demo")).hasValue(29_999);
        tools.setExpiryDay(name, OptionalLong.empty());
        assertThat(shadow).hasContent(before);

        tools.remove(name);
        assertThat(users.find("demo")).isEmpty();
        assertThat(users.groupId("demo")).isEmpty();
    }
}
