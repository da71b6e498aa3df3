package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the shipped unit to its hardening, with systemd's own judge.
class ServiceUnitTest {
    private static final Path UNIT = Path.of("../systemd/packhorse.service");
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    @TempDir private Path folder;

    private record Output(int code, String text) {}

    private static Output run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }

    @Test
    void theUnitIsValid() throws Exception {
        assumeTrue(Files.exists(ANALYZE), "systemd-analyze is not here");
        Path program = Files.writeString(folder.resolve("packhorse"), "#!/bin/sh\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path unit = folder.resolve("packhorse.service");
        Files.writeString(
                unit,
                Files.readString(UNIT).replace("/opt/packhorse/bin/packhorse", program.toString()));
        // An unknown key is only a line of text for the tool, so the text is what is checked.
        assertThat(run(ANALYZE.toString(), "verify", unit.toString())).isEqualTo(new Output(0, ""));
    }

    /// Restores and the API run in it, too.
    @Test
    void theUnitIsNotIdleAndComesBack() throws Exception {
        assertThat(Files.readAllLines(UNIT))
                .contains("IOSchedulingClass=best-effort", "Restart=always")
                .contains("RestartPreventExitStatus=65 75 78");
    }

    @Test
    void theUnitKeepsItsExposureLow() throws Exception {
        assumeTrue(Files.exists(ANALYZE), "systemd-analyze is not here");
        Output output =
                run(
                        ANALYZE.toString(),
                        "security",
                        "--offline=true",
                        "--threshold=31",
                        UNIT.toString());
        assertThat(output.code()).as(output.text()).isZero();
    }
}
