package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder of mailboxes that readers list without looking, in archives of homes without mail.
class AddedMailTest {
    private static final String FOLDER = "homedir/mail";
    private static final String NOTE = "homedir/mail/mailbox_format.cpanel";

    @TempDir Path folder;
    private HomeServer server;
    private Path archive;

    @BeforeEach
    void makeServer() throws Exception {
        server = new HomeServer(folder);
        archive = folder.resolve("cpmove-demo.tar");
        server.asAccount(home -> OddHome.file(home, ByteName.of("site"), 0644, "site\n"));
    }

    /// The members of the home with what is in them.
    private Map<String, String> members() throws IOException {
        Map<String, String> members = new TreeMap<>();
        try (JudgedArchive source = TestArchive.open(archive, server.staging)) {
            source.forEach(
                    BytePath.of("homedir"),
                    (entry, content) ->
                            members.put(
                                    entry.path().toString(),
                                    new String(content.readAllBytes(), StandardCharsets.UTF_8)));
        }
        return members;
    }

    private PackReport pack() throws Exception {
        PackReport[] report = new PackReport[1];
        TestArchive.write(
                archive,
                "demo",
                server.identity,
                sink -> {
                    sink.addText("cp/demo", 0600, "USER=demo\nDNS=demo.example\n");
                    sink.addText("homedir_paths", 0600, "/home/demo\n");
                    sink.addText("meta/hostname", 0600, "host.example");
                    report[0] = server.packHome(new HomedirComponent(), sink);
                    AddedMail.pack(server.context(PackOptions.ALL), sink);
                });
        return report[0];
    }

    private static void makeMail(Directory home, boolean noted) throws IOException {
        try (Directory mail = home.makeDirectory(ByteName.of("mail"), 0751)) {
            OddHome.file(mail, ByteName.of("letter"), 0600, "dear\n");
            if (noted) {
                OddHome.file(mail, ByteName.of("mailbox_format.cpanel"), 0644, "mdbox");
            }
        }
    }

    @Test
    void aHomeWithoutMailHasItsFolderInTheArchiveAlone() throws Exception {
        var before = TreeFacts.of(server.home);
        PackReport packed = pack();

        assertThat(members()).containsEntry(FOLDER, "").containsEntry(NOTE, "maildir");
        server.wipe();
        RestoreReport restored = server.restore(archive);
        assertThat(TreeFacts.differences(before, TreeFacts.of(server.home))).isEmpty();
        assertThat(restored.counts()).isEqualTo(packed.counts());
    }

    @Test
    void theNoteAloneIsAddedToMailWithoutOne() throws Exception {
        server.asAccount(home -> makeMail(home, false));
        var before = TreeFacts.of(server.home);
        pack();

        assertThat(members())
                .containsEntry(NOTE, "maildir")
                .containsEntry("homedir/mail/letter", "dear\n");
        server.wipe();
        server.restore(archive, ArchiveTrust.RESTRICTED);
        assertThat(TreeFacts.differences(before, TreeFacts.of(server.home))).isEmpty();
    }

    @Test
    void whatTheHomeHasStays() throws Exception {
        server.asAccount(home -> makeMail(home, true));
        var before = TreeFacts.of(server.home);
        pack();

        assertThat(members()).containsEntry(NOTE, "mdbox");
        server.wipe();
        server.restore(archive);
        assertThat(TreeFacts.differences(before, TreeFacts.of(server.home))).isEmpty();
    }

    @Test
    void aLinkInItsPlaceStaysOne() throws Exception {
        server.asAccount(home -> home.makeSymlink(ByteName.of("mail"), ByteString.of("elsewhere")));
        var before = TreeFacts.of(server.home);
        pack();

        assertThat(members()).doesNotContainKey(NOTE);
        server.wipe();
        server.restore(archive);
        assertThat(TreeFacts.differences(before, TreeFacts.of(server.home))).isEmpty();
    }
}
