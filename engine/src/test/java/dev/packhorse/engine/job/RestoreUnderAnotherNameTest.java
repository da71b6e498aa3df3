package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.provision.AccountRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An account comes back under another name, its home in another folder, and from there under its
/// own. Needs root, for files of other users.
class RestoreUnderAnotherNameTest {
    private static final String HOMES = "/home2";

    /// What the customer wrote by hand, and nobody may change.
    private static final Pattern FREE_TEXT =
            Pattern.compile("in .*(Header set X-Site|billing.example/|define\\( 'DB_).*");

    private static final Pattern OTHERS =
            Pattern.compile(
                    "(passwd|group|shadow|localdomains|\\.pwd\\.lock|.*packhorse|.*domlogs/).*");

    @TempDir static Path folder;

    private static RestoreServer server;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        Files.createDirectory(server.root.resolve(HOMES));
        for (String account : accounts().toList()) {
            server.backUp(account);
        }
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /// Ordinary, a reseller, suspended, and with every odd kind of file.
    static Stream<String> accounts() {
        return Stream.of("alice", "bob", "dave", "frank");
    }

    private static RestoreArguments as(String archived, String name, String homes) {
        return RestoreServer.whole(archived)
                .under(
                        new AccountName(name),
                        new RestoredAs("", homes, false).of(new AccountName(archived)));
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void nothingOfTheOldNameIsLeftAndAllComesBack(String account) throws Exception {
        destroy(account);
        server.restore(RestoreServer.whole(account));
        List<String> before = state(account);
        destroy(account);
        List<String> others = mentions(account);

        RestoreResult there = server.restore(as(account, "zoe", HOMES));

        assertThat(there.result()).as(there.toString()).isNotZero();
        assertThat(mentions(account))
                .as("what names the old account, besides what others say of it")
                .filteredOn(each -> !others.contains(each) && !FREE_TEXT.matcher(each).matches())
                .isEmpty();
        server.backUp("zoe");
        destroy("zoe");
        RestoreResult back = server.restore(as("zoe", account, "/home"));
        assertThat(back.result()).as(back.toString()).isNotZero();
        assertThat(RestoreServer.differences(before, state(account)))
                .as("packages stay when their reseller goes")
                .filteredOn(line -> !line.matches("\\+var/cpanel/(features|packages)/zoe_.*"))
                .isEmpty();
    }

    /// A reseller is removed only without accounts of its own.
    private static void destroy(String account) throws Exception {
        for (String other : DemoServer.ACCOUNTS) {
            Path file = server.root.resolve("/var/cpanel/users/" + other);
            if (!other.equals(account) && Files.exists(file)) {
                String text = Files.readString(file);
                Files.writeString(file, text.replace("OWNER=" + account + "\n", "OWNER=root\n"));
            }
        }
        Account there = server.services.accounts().find(new AccountName(account)).orElseThrow();
        new AccountRemoval(server.services).remove(there, false);
    }

    /// The home to the last nanosecond, but for the files of logins, which are written anew, and
    /// what the host keeps of accounts, but for logs, which backups leave out.
    private static List<String> state(String account) throws IOException {
        List<String> lines = new ArrayList<>();
        TreeDigest.forEachLine(
                server.root.resolve("/home/" + account),
                line -> lines.add("home " + (line.startsWith("etc/") ? timeless(line) : line)));
        lines.addAll(Files.readAllLines(server.root.resolve("/etc/localdomains")));
        for (String top : List.of("etc", "var", "usr")) {
            TreeDigest.forEachLine(
                    server.root.folder().resolve(top),
                    line -> {
                        if (!OTHERS.matcher(line).matches()) {
                            lines.add(top + "/" + timeless(line));
                        }
                    });
        }
        return lines;
    }

    private static String timeless(String line) {
        String[] fields = line.split(" ", -1);
        fields[4] = "-";
        return String.join(" ", fields);
    }

    private static List<String> mentions(String account) throws IOException {
        Pattern name =
                Pattern.compile("(?<![A-Za-z0-9.@-])" + account + "(?![A-Za-z0-9-]|[._]example|@)");
        List<String> found = new ArrayList<>();
        for (String top : List.of("etc", "var", "usr", "home2")) {
            try (Stream<Path> files = Files.walk(server.root.folder().resolve(top))) {
                for (Path file : files.toList()) {
                    String path = server.root.folder().relativize(file).toString();
                    if (name.matcher(path).find()) {
                        found.add(path);
                    } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                            && name.matcher(
                                            new String(
                                                    Files.readAllBytes(file),
                                                    StandardCharsets.ISO_8859_1))
                                    .find()) {
                        found.add(
                                "in "
                                        + path
                                        + ": "
                                        + new String(
                                                        Files.readAllBytes(file),
                                                        StandardCharsets.ISO_8859_1)
                                                .lines()
                                                .filter(line -> name.matcher(line).find())
                                                .toList());
                    }
                }
            }
        }
        return found;
    }

    @Test
    void aFolderThatIsNoneOfHomesIsRefused() throws Exception {
        destroy("bob");
        List<String> before = state("alice");
        RestoreResult refused = server.restore(as("bob", "zoe", "/home9"));
        assertThat(refused.result()).isZero();
        assertThat(refused.message()).contains("/home9 is no folder of homes");
        assertThat(RestoreServer.differences(before, state("alice"))).isEmpty();
        server.restore(RestoreServer.whole("bob"));
    }

    @Test
    void anAccountThatIsThereIsNotMoved() throws Exception {
        RestoreResult refused = server.restore(as("bob", "bob", HOMES));
        assertThat(refused.result()).isZero();
        assertThat(refused.message()).contains("does not move it to /home2");
    }
}
