package dev.packhorse.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendmailChannelTest {
    private static final Message MESSAGE =
            new Message(
                    "job1",
                    "host.example",
                    "Backup::Success",
                    Importance.LOW,
                    "run1",
                    "all is well",
                    "text\n",
                    Instant.EPOCH);

    @TempDir Path folder;

    private SendmailChannel channel(String script) throws Exception {
        Path program = folder.resolve("sendmail");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new SendmailChannel(
                new MailText("root@host.example", List.of("a@b.example", "c@d.example")),
                new ProgramFinder(List.of(folder)));
    }

    @Test
    void theProgramGetsSenderReceiversAndTheMail() throws Exception {
        channel("echo \"$@\" > " + folder + "/arguments; cat > " + folder + "/mail")
                .send(MESSAGE, Cancellation.never());
        assertThat(folder.resolve("arguments"))
                .hasContent("-i -f root@host.example a@b.example c@d.example");
        assertThat(Files.readString(folder.resolve("mail")))
                .contains("\nSubject: [packhorse] host.example: all is well\n")
                .doesNotContain("\r");
    }

    @Test
    void aFailureIsToldWithItsWords() throws Exception {
        SendmailChannel channel = channel("echo queue is full >&2; exit 75");
        assertThatThrownBy(() -> channel.send(MESSAGE, Cancellation.never()))
                .hasMessage("sendmail ended with exit code 75 queue is full");
    }
}
