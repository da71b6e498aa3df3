package dev.packhorse.engine.whm;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.SlotName;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Checks one value against its parameter's declaration and brings it into its normal form.
final class ValueCheck {
    private static final int MOST_TEXT_BYTES = 8 * 1024;
    private static final int MOST_SECRET_BYTES = 64 * 1024;
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Pattern DATE =
            Pattern.compile(
                    "(\\d{4}-\\d{2}-\\d{2})"
                            + "(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:?\\d{2})?)?");

    /// Source: whmapi1-protocol 1.8; documentation knows 1 and 0, clients send words.
    private static final Set<String> YES = Set.of("1", "true", "on", "yes");

    private static final Set<String> NO = Set.of("0", "false", "off", "no", "");

    private ValueCheck() {}

    /// The normal form of a value.
    ///
    /// @throws WhmException naming the parameter and what it takes
    static String normalise(ParameterSpec spec, String value) throws WhmException {
        return switch (spec.type()) {
            case TEXT, LIST -> text(spec, value);
            case SECRET -> secret(spec, value);
            case INTEGER -> integer(spec, value);
            case FLAG -> flag(spec, value);
            case CHOICE -> choice(spec, value);
            case ACCOUNT -> account(spec, value);
            case DATE -> date(spec, value);
            case SLOT -> slot(spec, value);
        };
    }

    /// A value of which no more is asked than of any text.
    ///
    /// @throws WhmException if it is too long, or holds control characters
    static String text(ParameterSpec spec, String value) throws WhmException {
        if (value.getBytes(StandardCharsets.UTF_8).length > MOST_TEXT_BYTES) {
            throw fault(spec, "must not be longer than " + MOST_TEXT_BYTES + " bytes");
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw fault(spec, "must not hold control characters");
        }
        return value;
    }

    private static String secret(ParameterSpec spec, String value) throws WhmException {
        if (value.getBytes(StandardCharsets.UTF_8).length > MOST_SECRET_BYTES) {
            throw fault(spec, "must not be longer than " + MOST_SECRET_BYTES + " bytes");
        }
        return value;
    }

    private static String integer(ParameterSpec spec, String value) throws WhmException {
        if (INTEGER.matcher(value).matches()) {
            long number = Long.parseLong(value);
            if (number >= spec.minimum() && number <= spec.maximum()) {
                return Long.toString(number);
            }
        }
        throw fault(spec, "must be a whole number" + range(spec), value);
    }

    private static String range(ParameterSpec spec) {
        boolean low = spec.minimum() != Long.MIN_VALUE;
        boolean high = spec.maximum() != Long.MAX_VALUE;
        if (low && high) {
            return " from " + spec.minimum() + " to " + spec.maximum();
        }
        if (low) {
            return " of at least " + spec.minimum();
        }
        return high ? " of at most " + spec.maximum() : "";
    }

    private static String flag(ParameterSpec spec, String value) throws WhmException {
        String word = value.toLowerCase(Locale.ROOT);
        if (YES.contains(word)) {
            return "1";
        }
        if (NO.contains(word)) {
            return "0";
        }
        throw fault(spec, "must be 1 or 0", value);
    }

    /// The case of a word is forgiven where that leaves one legal value.
    private static String choice(ParameterSpec spec, String value) throws WhmException {
        if (spec.values().contains(value)) {
            return value;
        }
        List<String> alike = spec.values().stream().filter(value::equalsIgnoreCase).toList();
        if (alike.size() == 1) {
            return alike.getFirst();
        }
        String legal =
                spec.values().stream().map(Wording::quoted).collect(Collectors.joining(", "));
        throw fault(spec, "must be one of " + legal, value);
    }

    private static String account(ParameterSpec spec, String value) throws WhmException {
        if (!AccountName.isValid(value)) {
            throw fault(spec, "must be the name of an account", value);
        }
        return value;
    }

    private static String date(ParameterSpec spec, String value) throws WhmException {
        Matcher matcher = DATE.matcher(value);
        if (!matcher.matches()) {
            throw fault(spec, "must be a date in the form YYYY-MM-DD", value);
        }
        try {
            return LocalDate.parse(matcher.group(1)).toString();
        } catch (DateTimeException _) {
            throw fault(spec, "must be a day of the calendar, in the form YYYY-MM-DD", value);
        }
    }

    /// Clients of the restore queue send dates, whatever they show.
    private static String slot(ParameterSpec spec, String value) throws WhmException {
        if (DATE.matcher(value).matches()) {
            return date(spec, value);
        }
        return SlotName.find(value)
                .map(SlotName::toString)
                .orElseThrow(() ->
                        fault(
                                spec,
                                "must be a date in the form YYYY-MM-DD, or YYYY-MM-DD.HHMM where a day has several restore points",
                                value));
    }

    private static WhmException fault(ParameterSpec spec, String rule, String value) {
        return WhmException.failure(
                "The “"
                        + spec.name()
                        + "” argument "
                        + rule
                        + ", not "
                        + Wording.quoted(value)
                        + ".");
    }

    private static WhmException fault(ParameterSpec spec, String rule) {
        return WhmException.failure("The “" + spec.name() + "” argument " + rule + ".");
    }
}
