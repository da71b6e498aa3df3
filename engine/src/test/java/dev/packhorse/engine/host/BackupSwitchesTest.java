package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupSwitchesTest {
    private static final AccountName DEMO = new AccountName("demo");

    @TempDir Path root;

    @BeforeEach
    void writeServer() throws IOException {
        Files.createDirectories(root.resolve("home/demo"));
        put("etc/passwd", "demo:x:1001:1001::/home/demo:/bin/bash\n");
        put("var/cpanel/users/demo", "# by hand\nDNS=demo.example\nBACKUP=1\nNAME=M\u00fcller\n");
    }

    @Test
    void inAnAccountFileOnlyTheSwitchChanges() throws Exception {
        AccountDirectory accounts = new CpanelAccountDirectory(new HostRoot(root));
        BackupSwitches switches = new BackupSwitches(new HostRoot(root), accounts);
        Path file = root.resolve("var/cpanel/users/demo");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(switches.toggle(DEMO, BackupSwitch.BACKUP)).contains(false);
        assertThat(switches.set(DEMO, BackupSwitch.LEGACY, true)).isTrue();

        assertThat(file)
                .hasContent(
                        "# by hand\nDNS=demo.example\nBACKUP=0\nNAME=M\u00fcller\nLEGACY_BACKUP=1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void anAccountWithoutTheSwitchIsBackedUpSoTheFirstToggleTurnsThatOff() throws Exception {
        put("var/cpanel/users/demo", "DNS=demo.example");
        AccountDirectory accounts = new CpanelAccountDirectory(new HostRoot(root));
        BackupSwitches switches = new BackupSwitches(new HostRoot(root), accounts);

        assertThat(switches.toggle(DEMO, BackupSwitch.BACKUP)).contains(false);
        assertThat(switches.toggle(DEMO, BackupSwitch.LEGACY)).contains(true);
        assertThat(accounts.find(DEMO).orElseThrow().settings())
                .containsEntry("BACKUP", "0")
                .containsEntry("LEGACY_BACKUP", "1");
    }

    @Test
    void aSwitchThatStandsRightIsNotWrittenAgain() throws Exception {
        Path file = root.resolve("var/cpanel/users/demo");
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, before);
        AccountDirectory accounts = new CpanelAccountDirectory(new HostRoot(root));

        new BackupSwitches(new HostRoot(root), accounts).set(DEMO, BackupSwitch.BACKUP, true);

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
    }

    @Test
    void aPlainUserHasItsSwitchesInAFileOfOurs() throws Exception {
        AccountDirectory accounts =
                new UnixAccountDirectory(
                        new HostRoot(root), UnixAccountSettings.DEFAULT, "srv1.example");
        BackupSwitches switches = new BackupSwitches(new HostRoot(root), accounts);

        assertThat(switches.toggle(DEMO, BackupSwitch.BACKUP)).contains(false);

        assertThat(accounts.find(DEMO).orElseThrow().settings())
                .containsEntry("BACKUP", "0")
                .containsEntry("OWNER", "root");
        assertThat(root.resolve("etc/packhorse/accounts/demo")).hasContent("BACKUP=0\n");
        BackupSwitches.forget(new HostFiles(new HostRoot(root)), DEMO);
        assertThat(accounts.find(DEMO).orElseThrow().settings()).containsEntry("BACKUP", "1");
    }

    @Test
    void anUnknownAccountHasNoSwitchAndADamagedFileStaysAsItIs() throws Exception {
        AccountDirectory accounts = new CpanelAccountDirectory(new HostRoot(root));
        BackupSwitches switches = new BackupSwitches(new HostRoot(root), accounts);
        put("var/cpanel/users/demo", "DNS=demo.example\nno pair\n");

        assertThat(switches.toggle(new AccountName("ghost"), BackupSwitch.BACKUP)).isEmpty();
        assertThat(switches.set(new AccountName("ghost"), BackupSwitch.BACKUP, true)).isFalse();
        assertThatThrownBy(() -> switches.set(DEMO, BackupSwitch.BACKUP, false))
                .isInstanceOf(HostFormatException.class)
                .hasMessageContaining("/var/cpanel/users/demo");
        assertThat(root.resolve("var/cpanel/users/demo")).hasContent("DNS=demo.example\nno pair\n");
    }

    private void put(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
