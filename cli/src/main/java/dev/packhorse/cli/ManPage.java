package dev.packhorse.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The manual page of one command.
///
/// Source: man(7) of the Linux man-pages.
final class ManPage {
    private final StringBuilder page = new StringBuilder(2_000);

    private ManPage() {}

    /// The page in the language of man.
    static String of(CommandSpec command) {
        ManPage made = new ManPage();
        made.write(command);
        return made.page.toString();
    }

    private void write(CommandSpec command) {
        String name = command.qualifiedName("-");
        List<String> description = Arrays.asList(command.usageMessage().description());
        request("TH", name.toUpperCase(java.util.Locale.ROOT), "1", "", "Packhorse");
        section("NAME");
        text(name + " \\- " + (description.isEmpty() ? "" : escaped(description.getFirst())));
        section("SYNOPSIS");
        text(escaped(synopsis(command)));
        section("DESCRIPTION");
        description.forEach(line -> paragraph(escaped(line)));
        arguments(command.positionalParameters());
        options(command.options());
        commands(command);
        footer(command);
    }

    private static String synopsis(CommandSpec command) {
        String text = new CommandLine.Help(command).synopsis(0);
        return text.strip().replaceAll("\\s+", " ");
    }

    private void arguments(List<PositionalParamSpec> arguments) {
        List<PositionalParamSpec> shown =
                arguments.stream().filter(each -> !each.hidden()).toList();
        if (!shown.isEmpty()) {
            section("ARGUMENTS");
            shown.forEach(each -> item(each.paramLabel(), each.description()));
        }
    }

    private void options(List<OptionSpec> options) {
        section("OPTIONS");
        for (OptionSpec option : options) {
            if (!option.hidden()) {
                String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
                item(String.join(", ", option.names()) + label, option.description());
            }
        }
    }

    private void commands(CommandSpec command) {
        if (command.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        command.subcommands()
                .forEach((name, below) ->
                        item(name, below.getCommandSpec().usageMessage().description()));
    }

    private void footer(CommandSpec command) {
        List<String> lines =
                Arrays.stream(command.usageMessage().footer())
                        .filter(line -> !line.isBlank())
                        .toList();
        if (!lines.isEmpty()) {
            section("NOTES");
            lines.forEach(line -> paragraph(escaped(line)));
        }
    }

    private void item(String term, String... description) {
        page.append(".TP\n\\fB").append(escaped(term)).append("\\fR\n");
        text(escaped(String.join(" ", description)));
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void paragraph(String text) {
        page.append(".PP\n");
        text(text);
    }

    private void text(String text) {
        page.append(text.isBlank() ? "\\&" : text).append('\n');
    }

    private void request(String name, String... arguments) {
        page.append('.').append(name);
        for (String argument : arguments) {
            page.append(" \"").append(escaped(argument)).append('"');
        }
        page.append('\n');
    }

    /// Nothing in the text is taken for a request or a letter of another font.
    private static String escaped(String text) {
        String safe =
                text.replace("%n", " ")
                        .replace("%%", "%")
                        .replace("\\", "\\e")
                        .replace("-", "\\-")
                        .replace("\n", " ");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
