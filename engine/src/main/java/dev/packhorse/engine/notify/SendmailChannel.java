package dev.packhorse.engine.notify;

import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Mail through this server's own sendmail program.
///
/// Source: the command line that sendmail, Postfix and Exim share: `-i`, `-f`, receivers.
///
/// @param programs where the program is looked for
public record SendmailChannel(MailText mail, ProgramFinder programs) implements Channel {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public ChannelName name() {
        return ChannelName.MAIL;
    }

    @Override
    public void send(Message message, Cancellation cancellation) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-i", "-f", mail.from()));
        arguments.addAll(mail.to());
        byte[] text = mail.of(message).replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
        ChildResult result =
                ChildProcess.of(programs.require("sendmail"), arguments)
                        .withLimits(LIMIT, LIMIT)
                        .withCancellation(cancellation)
                        .run(input -> input.write(text), ChildOutput.NONE);
        if (!result.succeeded()) {
            throw new IOException(
                    "sendmail ended with exit code %d %s"
                            .formatted(result.exitCode(), result.errorSummary())
                            .strip());
        }
    }
}
