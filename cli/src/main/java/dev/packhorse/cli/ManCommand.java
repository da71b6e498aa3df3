package dev.packhorse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse man`: manual pages, made from the commands themselves.
@Command(
        name = "man",
        description = "Prints the manual page of a command, or writes those of all.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "packhorse man restore | man -l -",
            "packhorse man --into /usr/local/share/man/man1",
        })
final class ManCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "A command, as: destination add")
    private List<String> path = List.of();

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description = "Write the pages of all commands there.")
    private @Nullable Path into;

    @Override
    public Integer call() throws IOException, UserError {
        CommandSpec root = spec.root();
        if (into != null) {
            write(root, into);
            return ExitCode.DONE;
        }
        CommandSpec wanted = root;
        for (String name : path) {
            CommandLine below = wanted.subcommands().get(name);
            if (below == null) {
                throw new UserError(
                        ExitCode.USAGE, "there is no command " + String.join(" ", path));
            }
            wanted = below.getCommandSpec();
        }
        root.commandLine().getOut().print(ManPage.of(wanted));
        return ExitCode.DONE;
    }

    private static void write(CommandSpec command, Path folder) throws IOException {
        String name = command.qualifiedName("-");
        Files.writeString(folder.resolve(name + ".1"), ManPage.of(command));
        for (CommandLine below : command.subcommands().values()) {
            write(below.getCommandSpec(), folder);
        }
    }
}
