package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Commands whose output goes into a pipe, as that of tests does.
class TerminalTest {
    @TempDir private Path folder;

    @Test
    void aPipeIsNoTerminal() {
        assertThat(Terminal.console()).isEmpty();
        assertThat(Terminal.ofProcess().live()).isFalse();
        assertThat(Terminal.ofProcess().colours()).isFalse();
    }

    @Test
    void aPassphraseThatNobodyCanBeAskedForIsAnErrorInWords() {
        StringWriter err = new StringWriter();
        CommandLine line = Packhorse.commandLine();
        line.setErr(new PrintWriter(err));
        assertThat(line.execute("recovery-kit", "write", folder.resolve("kit").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("give --passphrase-file");
    }
}
