package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What helps people to find commands: completion, manual pages, help.
class HelpTest {
    @TempDir private Path folder;

    private static String packhorse(String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine line = Packhorse.commandLine();
        line.setOut(new PrintWriter(said, true));
        line.setErr(new PrintWriter(said, true));
        assertThat(line.execute(arguments)).as(said.toString()).isZero();
        return said.toString();
    }

    private String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @ParameterizedTest
    @CsvSource({
        "packhorse ver,verify",
        "packhorse destination a,add",
        "packhorse restore --mai,--mailbox"
    })
    void bashCompletesCommandsAndOptions(String typed, String completed) throws Exception {
        Path script =
                Files.writeString(folder.resolve("packhorse"), packhorse("completion", "bash"));
        String words = "COMP_WORDS=(" + typed + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); ";
        String ask =
                "source " + script + "; " + words + "_complete_packhorse; echo \"${COMPREPLY[*]}\"";
        assertThat(run(List.of("bash", "-c", ask)).split("\\s+")).contains(completed);
    }

    @Test
    void fishIsToldOfEachCommand() {
        String script = packhorse("completion", "fish");
        assertThat(script)
                .contains("-f -a 'verify'")
                .contains("__fish_seen_subcommand_from destination; and not")
                .contains("-n '__fish_seen_subcommand_from restore' -l mailbox -r -d '");
        assertThat(script.lines()).allMatch(line -> line.startsWith("complete -c packhorse"));
    }

    @Test
    void everyCommandHasAPageThatManCanShow() throws Exception {
        packhorse("man", "--into", folder.toString());
        List<Path> pages;
        try (var files = Files.list(folder)) {
            pages = files.sorted().toList();
        }
        assertThat(pages)
                .extracting(page -> page.getFileName().toString())
                .contains("packhorse.1", "packhorse-restore.1", "packhorse-destination-add.1");
        assertThat(Files.readString(folder.resolve("packhorse-restore.1")))
                .isEqualTo(packhorse("man", "restore"));
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/groff")), "needs groff");
        for (Path page : pages) {
            String shown = run(List.of("groff", "-man", "-Tutf8", "-ww", "-P-c", page.toString()));
            assertThat(shown).as(page.toString()).doesNotContain("warning").contains("packhorse");
        }
    }

    @Test
    void whatIsNoCommandHasNoPage() {
        CommandLine line = Packhorse.commandLine();
        StringWriter said = new StringWriter();
        line.setErr(new PrintWriter(said, true));
        assertThat(line.execute("man", "restor")).isEqualTo(ExitCode.USAGE);
        assertThat(said.toString()).contains("there is no command restor");
    }

    /// Help without a sentence for each option would be none.
    @Test
    void everyCommandAndOptionIsExplained() {
        explained(Packhorse.commandLine());
    }

    private static void explained(CommandLine command) {
        var spec = command.getCommandSpec();
        assertThat(spec.usageMessage().description()).as(spec.qualifiedName()).isNotEmpty();
        spec.options()
                .forEach(option ->
                        assertThat(option.description())
                                .as("%s %s", spec.qualifiedName(), option.longestName())
                                .isNotEmpty());
        spec.positionalParameters()
                .forEach(argument ->
                        assertThat(argument.description())
                                .as("%s %s", spec.qualifiedName(), argument.paramLabel())
                                .isNotEmpty());
        command.getSubcommands().values().forEach(HelpTest::explained);
    }
}
