package dev.packhorse.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The completion of a command in the fish shell: one line for each subcommand and option.
///
/// Source: the documentation of fish, command `complete`.
final class FishCompletion {
    private final String program;
    private final List<String> lines = new ArrayList<>();

    private FishCompletion(String program) {
        this.program = program;
    }

    /// The script of a command and all below it.
    static String of(CommandSpec root) {
        FishCompletion completion = new FishCompletion(root.name());
        completion.add(root, List.of());
        return String.join("\n", completion.lines);
    }

    private void add(CommandSpec command, List<String> path) {
        String here = condition(command, path);
        command.subcommands().values().stream()
                .map(line -> line.getCommandSpec())
                .distinct()
                .filter(below -> !below.usageMessage().hidden())
                .forEach(below -> {
                    line(here, "-f -a " + quoted(below.name()), first(below));
                    List<String> further = new ArrayList<>(path);
                    further.add(below.name());
                    add(below, further);
                });
        String within = seen(path);
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                line(within, names(option), String.join(" ", option.description()));
            }
        }
    }

    private static String first(CommandSpec command) {
        String[] description = command.usageMessage().description();
        return description.length == 0 ? "" : description[0];
    }

    /// Where a subcommand may follow: behind its parents, before any of its siblings.
    private static String condition(CommandSpec command, List<String> path) {
        String siblings = String.join(" ", command.subcommands().keySet());
        String none = "not __fish_seen_subcommand_from " + siblings;
        return path.isEmpty() ? none : seen(path) + "; and " + none;
    }

    private static String seen(List<String> path) {
        return String.join(
                "; and ",
                path.stream().map(name -> "__fish_seen_subcommand_from " + name).toList());
    }

    private static String names(OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String name : option.names()) {
            if (name.startsWith("--")) {
                names.append(" -l ").append(name.substring(2));
            } else if (name.length() == 2) {
                names.append(" -s ").append(name.substring(1));
            }
        }
        return names.toString().strip() + (option.arity().max() > 0 ? " -r" : "");
    }

    private void line(String condition, String what, String description) {
        String when = condition.isEmpty() ? "" : " -n " + quoted(condition);
        String told = description.isBlank() ? "" : " -d " + quoted(description);
        lines.add("complete -c " + program + when + " " + what + told);
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'";
    }
}
