package dev.packhorse.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse completion`: completion in a shell, made from the commands themselves.
@Command(
        name = "completion",
        description = "Prints the script that lets a shell complete packhorse's commands.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "bash: packhorse completion bash > /etc/bash_completion.d/packhorse",
            "zsh:  put source <(packhorse completion zsh) into ~/.zshrc",
            "fish: packhorse completion fish > ~/.config/fish/completions/packhorse.fish",
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.bash;

    /// The names are what is typed.
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Override
    public Integer call() {
        var packhorse = spec.root().commandLine();
        String script =
                switch (shell) {
                    // One script serves both.
                    case bash, zsh -> AutoComplete.bash(spec.root().name(), packhorse);
                    case fish -> FishCompletion.of(spec.root());
                };
        packhorse.getOut().println(script);
        return ExitCode.DONE;
    }
}
