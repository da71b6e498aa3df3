package dev.packhorse.engine.component.account;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The five fields that say when a job runs. What one cron in use takes for an error is one here:
/// Debian's runs no job of a crontab with an error, and no program looks at what is written into
/// the spool.
///
/// Source: crontab(5) of cronie and of Debian.
final class CronTime {
    private static final List<Field> FIELDS =
            List.of(
                    new Field("minute", 0, 59, List.of()),
                    new Field("hour", 0, 23, List.of()),
                    new Field("day of the month", 1, 31, List.of()),
                    new Field(
                            "month",
                            1,
                            12,
                            List.of(
                                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
                                    "oct", "nov", "dec")),
                    new Field(
                            "day of the week",
                            0,
                            7,
                            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

    private CronTime() {}

    /// What cron would not take, empty if it takes all.
    ///
    /// @param fields the first five words of a job
    /// @param takesChoice whether the server's cron may be let choose a time, as in `0~59`
    static Optional<String> fault(List<String> fields, boolean takesChoice) {
        for (int i = 0; i < FIELDS.size(); i++) {
            Field field = FIELDS.get(i);
            String text = fields.get(i);
            if (!field.takes(text)) {
                return Optional.of("cron takes no “" + text + "” for the " + field.name());
            }
            if (text.contains("~") && !takesChoice) {
                return Optional.of(
                        "“"
                                + text
                                + "” has cron choose the "
                                + field.name()
                                + ", which Debian's cron may not do; give it a fixed one");
            }
        }
        return Optional.empty();
    }

    /// One of the five.
    ///
    /// @param names of its values, from the lowest on; none where numbers alone are taken
    private record Field(String name, int low, int high, List<String> names) {
        private static final Pattern PART =
                Pattern.compile(
                        "(?:\\*|(?<first>\\w+)(?:-(?<last>\\w+))?)(?<step>/\\d{1,4})?"
                                + "|(?<from>\\w*)~(?<to>\\w*)(?<pace>/\\d{1,4})?");

        boolean takes(String text) {
            for (String part : text.split(",", -1)) {
                if (!takesPart(part)) {
                    return false;
                }
            }
            return true;
        }

        private boolean takesPart(String part) {
            Matcher found = PART.matcher(part);
            if (!found.matches()) {
                return false;
            }
            if (part.contains("~")) {
                return isRange(orElse(found.group("from"), low), orElse(found.group("to"), high))
                        && isStep(found.group("pace"));
            }
            String first = found.group("first");
            String last = found.group("last");
            if (first == null) {
                return isStep(found.group("step"));
            }
            // a step needs a range
            return last == null
                    ? found.group("step") == null && isRange(first, first)
                    : isRange(first, last) && isStep(found.group("step"));
        }

        private static String orElse(String text, int end) {
            return text.isEmpty() ? Integer.toString(end) : text;
        }

        private boolean isRange(String first, String last) {
            int from = value(first);
            int to = value(last);
            return low <= from && from <= to && to <= high;
        }

        /// A number that is in no range for what is no value.
        private int value(String text) {
            if (text.matches("\\d{1,4}")) {
                return Integer.parseInt(text);
            }
            int place = names.indexOf(text.toLowerCase(Locale.ROOT));
            return place < 0 ? -1 : low + place;
        }

        private static boolean isStep(@Nullable String step) {
            return step == null || Integer.parseInt(step.substring(1)) > 0;
        }
    }
}
