package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserDatabaseTest {
    private static final AccountName ALICE = new AccountName("alice");
    private static final AccountName DEMO = new AccountName("demo");
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-24T00:00:00Z"));
    private static final String HASH = "$6$salt$" + "h".repeat(86);

    /// A comment, an NIS mark, Latin-1, a blank line, a line of too few fields.
    private static final byte[] PASSWD =
            """
            root:x:0:0:root:/root:/bin/bash
            # kept by hand
            +@netgroup::::::
            bob:x:1000:1000:B\u00f6b:/home/bob:/bin/bash

            broken:x:1
            alice:x:1001:1002:Alice:/home/alice:/bin/bash
            alice:x:0:0:second:/root:/bin/bash
            """
                    .getBytes(StandardCharsets.ISO_8859_1);

    @TempDir Path root;
    private Path etc;
    private UserDatabase users;

    @BeforeEach
    void writeEtc() throws IOException {
        etc = Files.createDirectory(root.resolve("etc"));
        Files.write(etc.resolve("passwd"), PASSWD);
        Files.writeString(etc.resolve("group"), "root:x:0:\nbob:x:1000:\nalice:x:1002:bob\n");
        Files.writeString(etc.resolve("shadow"), "root:*:1::::::\nalice:!old:19000:1:2:3:4:5:6\n");
        Files.setPosixFilePermissions(
                etc.resolve("shadow"), PosixFilePermissions.fromString("rw-r-----"));
        users = new UserDatabase(new HostRoot(root), CLOCK);
    }

    @Test
    void aUserIsFoundByTheFirstLineOfItsName() throws Exception {
        assertThat(users.find("alice"))
                .contains(new UserEntry("alice", 1001, 1002, "Alice", "/home/alice", "/bin/bash"));
        assertThat(users.find("nobody")).isEmpty();
        assertThat(users.find("ali")).isEmpty();
        assertThat(users.passwordHash("alice")).contains("!old");
        assertThat(users.passwordChangeDay("alice")).contains(19_000L);
        assertThat(users.groupId("alice")).contains(1002);
        assertThat(users.users())
                .extracting(UserEntry::name)
                .containsExactly("root", "bob", "alice");
    }

    @Test
    void aDamagedLineIsNamed() {
        assertThatThrownBy(() -> users.find("broken"))
                .isInstanceOf(HostFormatException.class)
                .hasMessage("/etc/passwd line 6: not 7 fields for user broken");
    }

    @Test
    void addingKeepsEveryOtherByteAndTheRights() throws Exception {
        UserEntry added = users.add(demo(OptionalInt.empty()));

        assertThat(added.uid()).isEqualTo(1003);
        assertThat(Files.readAllBytes(etc.resolve("passwd")))
                .isEqualTo(join(PASSWD, "demo:x:1003:1003:Demo:/home/demo:/bin/bash\n"));
        assertThat(etc.resolve("shadow"))
                .hasContent(
                        "root:*:1::::::\nalice:!old:19000:1:2:3:4:5:6\ndemo:"
                                + HASH
                                + ":20781:0:99999:7:::\n");
        assertThat(etc.resolve("group"))
                .hasContent("root:x:0:\nbob:x:1000:\nalice:x:1002:bob\ndemo:x:1003:\n");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(etc.resolve("shadow"))))
                .isEqualTo("rw-r-----");
        assertThat(etc.resolve("gshadow")).doesNotExist();
        assertThat(users.find("demo")).contains(added);
    }

    @Test
    void aWantedNumberIsTakenOnlyIfNobodyHasIt() throws Exception {
        assertThat(users.add(demo(OptionalInt.of(4_242))).uid()).isEqualTo(4_242);
        users.remove(DEMO);
        assertThat(users.add(demo(OptionalInt.of(1_002))).uid()).isEqualTo(1_003);
    }

    @Test
    void aUserThatExistsIsNotAddedAgain() throws Exception {
        byte[] before = Files.readAllBytes(etc.resolve("group"));

        assertThatThrownBy(() ->
                        users.add(
                                new NewUser(
                                        ALICE,
                                        OptionalInt.empty(),
                                        "",
                                        "/home/alice",
                                        "/bin/sh",
                                        "*")))
                .isInstanceOf(IOException.class)
                .hasMessage("user alice exists already");
        assertThat(Files.readAllBytes(etc.resolve("group"))).isEqualTo(before);
    }

    @Test
    void whatAKilledRunLeftIsUsedAgain() throws Exception {
        Files.writeString(etc.resolve("group"), "root:x:0:\ndemo:x:1500:www\n");
        Files.writeString(etc.resolve("shadow"), "demo:$5$old:1::::::\n");

        assertThat(users.add(demo(OptionalInt.empty())).uid()).isEqualTo(1_003);

        assertThat(etc.resolve("group")).hasContent("root:x:0:\ndemo:x:1003:www\n");
        assertThat(users.passwordHash("demo")).contains(HASH);
    }

    @Test
    void gshadowGetsALineWhereItExists() throws Exception {
        Files.writeString(etc.resolve("gshadow"), "root:*::\n");

        users.add(demo(OptionalInt.empty()));
        assertThat(etc.resolve("gshadow")).hasContent("root:*::\ndemo:!::\n");

        users.remove(DEMO);
        assertThat(etc.resolve("gshadow")).hasContent("root:*::\n");
    }

    @Test
    void theDayOfAUsersEndChangesAloneAndCanBeTakenAway() throws Exception {
        String before = Files.readString(etc.resolve("shadow"));
        assertThat(users.expiryDay("alice")).hasValue(5);
        assertThat(users.expiryDay("nobody")).isEmpty();
        assertThat(users.isExpired("alice")).isTrue();

        users.setExpiryDay(ALICE, OptionalLong.empty());
        assertThat(etc.resolve("shadow")).hasContent(before.replace(":4:5:6", ":4::6"));
        assertThat(users.expiryDay("alice")).isEmpty();
        assertThat(users.isExpired("alice")).isFalse();

        users.setExpiryDay(ALICE, OptionalLong.of(20_782));
        assertThat(users.isExpired("alice")).isFalse();
        users.setExpiryDay(ALICE, OptionalLong.of(20_781));
        assertThat(users.isExpired("alice")).as("today").isTrue();
        assertThatThrownBy(() -> users.setExpiryDay(DEMO, OptionalLong.empty()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shellAndPasswordChangeNothingElse() throws Exception {
        users.setShell(ALICE, "/bin/false");
        users.setPasswordHash(ALICE, HASH);

        String expected =
                new String(PASSWD, StandardCharsets.ISO_8859_1)
                        .replace("/home/alice:/bin/bash", "/home/alice:/bin/false");
        assertThat(Files.readAllBytes(etc.resolve("passwd")))
                .isEqualTo(expected.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(etc.resolve("shadow"))
                .hasContent("root:*:1::::::\nalice:" + HASH + ":20781:1:2:3:4:5:6\n");
    }

    @Test
    void removingTakesUserPasswordAndGroup() throws Exception {
        assertThat(users.remove(ALICE)).isTrue();

        assertThat(users.find("alice")).isEmpty();
        assertThat(users.passwordHash("alice")).isEmpty();
        assertThat(users.groupId("alice")).isEmpty();
        assertThat(users.find("bob")).isPresent();
        assertThat(users.remove(ALICE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/sh:0",
                "/bin/sh\nroot2:x:0:0::/:/bin/sh",
                "bin/sh",
                "/bin/../x",
                "",
                "/a b"
            })
    void aShellThatBreaksOutIsRefused(String shell) {
        assertThatThrownBy(() -> users.setShell(ALICE, shell))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("alice");
        assertThat(etc.resolve("passwd")).hasBinaryContent(PASSWD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "$6$x\n", "", "short", "$6$sa lt$xxxxxxxxxxxxx", "!!!"})
    void textThatIsNoHashIsRefusedWithoutShowingIt(String hash) {
        assertThatThrownBy(() -> users.setPasswordHash(ALICE, hash))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a password hash for user alice");
    }

    @Test
    void theRunningSystemIsNotWritten() {
        UserDatabase system = new UserDatabase(new HostRoot(Path.of("/")), CLOCK);

        assertThatThrownBy(() -> system.setShell(ALICE, "/bin/false"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("running system");
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<UserEntry>> added =
                    IntStream.range(0, 24)
                            .mapToObj(i -> new AccountName("user" + i))
                            .map(name ->
                                    threads.submit(() ->
                                            new UserDatabase(new HostRoot(root), CLOCK)
                                                    .add(user(name))))
                            .toList();
            for (Future<UserEntry> each : added) {
                each.get();
            }
        }
        List<Integer> numbers =
                users.users().stream()
                        .filter(user -> user.name().startsWith("user"))
                        .map(UserEntry::uid)
                        .toList();
        assertThat(numbers).hasSize(24).doesNotHaveDuplicates();
    }

    @Test
    void aReaderNeverSeesHalfAFile() throws Exception {
        try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
            Future<?> writing =
                    writer.submit(() -> {
                        for (int i = 0; i < 40; i++) {
                            users.setShell(ALICE, i % 2 == 0 ? "/bin/sh" : "/bin/zsh");
                        }
                        return 0;
                    });
            while (!writing.isDone()) {
                assertThat(users.find("alice")).isPresent();
                assertThat(users.find("bob")).isPresent();
            }
            writing.get();
        }
        try (var left = Files.list(etc)) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".new"));
        }
    }

    private static NewUser demo(OptionalInt uid) {
        return new NewUser(DEMO, uid, "Demo", "/home/demo", "/bin/bash", HASH);
    }

    private static NewUser user(AccountName name) {
        return new NewUser(name, OptionalInt.empty(), "", "/home/" + name, "/bin/sh", "!");
    }

    private static byte[] join(byte[] start, String end) {
        String text = new String(start, StandardCharsets.ISO_8859_1) + end;
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatIsReadAtOneMomentIsTheSameAndStays() throws IOException {
        UserDatabase moment = users.atOneMoment();
        for (String name : List.of("root", "bob", "alice", "nobody")) {
            assertThat(moment.find(name)).as(name).isEqualTo(users.find(name));
            assertThat(moment.passwordHash(name)).as(name).isEqualTo(users.passwordHash(name));
            assertThat(moment.passwordChangeDay(name)).isEqualTo(users.passwordChangeDay(name));
        }
        assertThatThrownBy(() -> moment.find("broken")).hasMessageContaining("not 7 fields");
        Files.writeString(etc.resolve("passwd"), "carol:x:1003:1003::/home/carol:/bin/sh\n");
        assertThat(moment.find("carol")).isEmpty();
        assertThat(moment.find("alice")).isPresent();
        assertThat(users.find("carol")).isPresent();
        assertThat(users.atOneMoment().find("carol")).isPresent();
    }
}
