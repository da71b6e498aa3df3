package dev.packhorse.cli;

import java.io.Console;
import java.util.Map;
import java.util.Optional;

/// What the commands may do where they print: on a terminal, a line that is drawn anew and colours;
/// in a file or a pipe neither.
///
/// @param live whether a line may be drawn anew
/// @param colours whether colours may be used
/// @param columns how wide it is
record Terminal(boolean live, boolean colours, int columns) {
    private static final int USUAL_COLUMNS = 80;
    private static final Map<String, String> PAINT =
            Map.of("succeeded", "32", "partial", "33", "failed", "31", "cancelled", "33");

    /// That of this process.
    ///
    /// Source: no-color.org for `NO_COLOR`; POSIX for `COLUMNS`; terminfo for `TERM=dumb`.
    static Terminal ofProcess() {
        return of(console().isPresent(), System.getenv());
    }

    /// The console, if there is somebody at it. Some versions of Java have one in any case, others
    /// have none where the input or the output is no terminal.
    static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    static Terminal of(boolean terminal, Map<String, String> environment) {
        boolean live = terminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean colours = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        int columns =
                Optional.ofNullable(environment.get("COLUMNS"))
                        .filter(text -> text.matches("[1-9][0-9]{1,3}"))
                        .map(Integer::parseInt)
                        .orElse(USUAL_COLUMNS);
        return new Terminal(live, colours, columns);
    }

    /// A line in the colour of a job's state.
    String painted(String state, String line) {
        String paint = PAINT.get(state);
        return colours && paint != null ? "\u001b[" + paint + "m" + line + "\u001b[0m" : line;
    }
}
