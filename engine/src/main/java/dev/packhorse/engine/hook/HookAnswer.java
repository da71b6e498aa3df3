package dev.packhorse.engine.hook;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a script says of its work, read from its output and exit code.
///
/// A script answers `1 MESSAGE` for success and `0 MESSAGE` for failure as its last line; the word
/// `BAILOUT` anywhere is a failure, and so is an exit code other than 0. A script that says nothing
/// and ends with 0 worked.
///
/// Source: cPanel, Guide to Standardized Hooks, "Hook Action Code" and "Exceptions"; exit codes and
/// silence are ours to decide.
///
/// @param worked whether it did
/// @param message its words, may be empty
record HookAnswer(boolean worked, String message) {
    private static final Pattern ANSWER = Pattern.compile("([01])(?:\\s+(.*))?");
    private static final String BAILOUT = "BAILOUT";

    static HookAnswer read(int exitCode, String output, String errors) {
        List<String> lines = output.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        String last = lines.isEmpty() ? "" : lines.getLast();
        if (output.contains(BAILOUT)) {
            return new HookAnswer(false, reason(bailout(lines), errors));
        }
        Matcher answer = ANSWER.matcher(last);
        boolean answered = answer.matches();
        String message =
                answered ? String.valueOf(answer.group(2) == null ? "" : answer.group(2)) : last;
        if (exitCode != 0) {
            return new HookAnswer(
                    false, ("exit code " + exitCode + " " + reason(message, errors)).strip());
        }
        boolean refused = answered && answer.group(1).equals("0");
        return refused
                ? new HookAnswer(false, reason(message, errors))
                : new HookAnswer(true, message);
    }

    private static String bailout(List<String> lines) {
        return lines.stream().filter(line -> line.contains(BAILOUT)).findFirst().orElse(BAILOUT);
    }

    private static String reason(String message, String errors) {
        return message.isEmpty() ? errors : message;
    }
}
