package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.RestoreNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The grammar of crontabs, and the two lines that readers of archives expect at their head.
///
/// Source: crontab(5); docs of importers that cut the first two lines.
final class CronText {
    /// The largest crontab that is taken.
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_LINE = 4_096;
    private static final String MARK = "# the two lines above are not part of the crontab\n";
    private static final String FIELD = "[0-9A-Za-z*,/~-]+";
    private static final Pattern JOB =
            Pattern.compile(
                    "(?:(?:"
                            + FIELD
                            + "\\s+){5}"
                            + "|@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\\s+)"
                            + "\\S.*");
    private static final Pattern VARIABLE =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*|\"[^\"]*\"|'[^']*')\\s*=\\s*(.*)");
    private static final Pattern VALUE = Pattern.compile("[^\"'].*|\"[^\"]*\"|'[^']*'|");
    private static final Pattern LINE_BREAK = Pattern.compile("(?<!\\\\)%");
    private static final Set<String> HARMLESS =
            Set.of("MAILTO", "MAILFROM", "CRON_TZ", "TZ", "LANG", "LC_ALL", "CONTENT_TYPE");

    private CronText() {}

    /// The text with `MAILTO` and `SHELL` in its first two lines, as readers expect them. Lines
    /// that are put in front say what holds without them, and can be told from the crontab's own.
    static String withHead(String account, String crontab) {
        List<String> first = crontab.lines().limit(2).toList();
        boolean has =
                first.size() == 2
                        && first.get(0).startsWith("MAILTO=")
                        && first.get(1).startsWith("SHELL=");
        return has ? crontab : head(account) + crontab;
    }

    /// The reverse of [#withHead].
    static String withoutHead(String account, String text) {
        String head = head(account);
        return text.startsWith(head) ? text.substring(head.length()) : text;
    }

    private static String head(String account) {
        return "MAILTO=\"" + account + "\"\nSHELL=\"/bin/sh\"\n" + MARK;
    }

    /// How many jobs a crontab has.
    static long jobs(String crontab) {
        return crontab.lines().map(String::strip).filter(CronText::isJob).count();
    }

    private static boolean isJob(String line) {
        return !line.startsWith("#")
                && !VARIABLE.matcher(line).matches()
                && JOB.matcher(line).matches();
    }

    /// The lines that are taken, each with its end, without which cron takes the last one for an
    /// error; every other one is told with its number.
    ///
    /// @param restricted whether nobody vouches for the archive; then variables that change what
    ///   runs are left out, and jobs of several lines, of which people see one
    /// @param takesChoice whether the server's cron may be let choose a time, as in `0~59`
    static String checked(
            String text, boolean restricted, boolean takesChoice, RestoreNotes notes) {
        List<String> taken = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String fault = fault(line, restricted, takesChoice);
            if (fault.isEmpty()) {
                taken.add(settled(line));
            } else {
                notes.skipped("crontab line " + number + ": " + fault);
            }
        }
        String checked = String.join("\n", taken);
        return checked.isEmpty() || checked.endsWith("\n") ? checked : checked + "\n";
    }

    /// Debian's cron takes a variable without a value for an error, unless it is written so.
    private static String settled(String line) {
        Matcher variable = VARIABLE.matcher(line.strip());
        boolean isEmpty = variable.matches() && variable.group(2).isEmpty();
        return isEmpty ? line.stripTrailing() + "\"\"" : line;
    }

    private static String fault(String line, boolean restricted, boolean takesChoice) {
        if (line.length() > MAX_LINE) {
            return "longer than " + MAX_LINE + " characters";
        }
        if (line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
            return "control characters";
        }
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return "";
        }
        Matcher variable = VARIABLE.matcher(text);
        if (variable.matches()) {
            return variableFault(variable.group(1), variable.group(2), restricted);
        }
        if (!JOB.matcher(text).matches()) {
            return "neither a job nor a variable";
        }
        Optional<String> time =
                text.startsWith("@")
                        ? Optional.empty()
                        : CronTime.fault(List.of(text.split("\\s+", 6)), takesChoice);
        if (time.isPresent()) {
            return time.get();
        }
        return restricted && LINE_BREAK.matcher(text).find()
                ? "holds a “%” that is not escaped, which cron takes for the end of a line"
                : "";
    }

    private static String variableFault(String name, String value, boolean restricted) {
        if (restricted && !HARMLESS.contains(name)) {
            return "sets a variable, not taken from an archive of unknown origin";
        }
        return VALUE.matcher(value).matches()
                ? ""
                : "quotation marks that do not enclose the value";
    }
}
