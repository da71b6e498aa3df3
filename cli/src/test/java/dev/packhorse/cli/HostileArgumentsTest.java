package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Words of the command line that others chose: names that look like options, and configurations
/// that are not root's.
class HostileArgumentsTest {
    private static final int NOBODY = 65_534;

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void asRoot() throws IOException {
        assumeTrue(
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "files are given to others by root only");
    }

    private int run(String... arguments) {
        CommandLine line = Packhorse.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "cat", "index"})
    void anAccountIsNeverAnOption(String command) {
        assertThat(run(command, "-oProxyCommand=id", "2026-11-24", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isNotBlank();
        for (String name : new String[] {"-x", "--help", "../root", "a\u001b[2Jb"}) {
            err.getBuffer().setLength(0);
            assertThat(run(command, "--", name, "2026-11-24", "x")).as(name).isNotZero();
            assertThat(err.toString()).doesNotContain("\u001b").isNotBlank();
        }
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody's", "writable by all"})
    void aConfigurationThatIsNotRootsIsNotRead(String whose) throws IOException {
        Path file = Files.writeString(folder.resolve("packhorse.yaml"), "state: /a\n");
        if (whose.equals("nobody's")) {
            Files.setAttribute(file, "unix:uid", NOBODY);
        } else {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
        assertThat(run("config", "check", "--config", file.toString())).isEqualTo(ExitCode.CONFIG);
        assertThat(err.toString()).contains(file.toString());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aSoundConfigurationIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("packhorse.yaml"), "state: /a\n");
        assertThat(run("config", "check", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("state: /a\n");
    }
}
