package dev.packhorse.engine.destination;

import java.util.List;

/// A parameter of one type of destination.
///
/// @param name its name in the API and in the destination's file
/// @param form what values it takes
/// @param needed whether a destination of the type is useless without it
/// @param choices the values of a [Form#CHOICE], else empty
/// @param most the largest [Form#NUMBER]
/// @param help a line for people
public record DestinationParameter(
        String name, Form form, boolean needed, List<String> choices, int most, String help) {
    public DestinationParameter {
        choices = List.copyOf(choices);
    }

    /// What values a parameter takes.
    public enum Form {
        TEXT,
        /// Never shown.
        SECRET,
        /// 0 or 1.
        FLAG,
        /// From 1 to [DestinationParameter#most].
        NUMBER,
        CHOICE
    }

    static DestinationParameter text(String name, String help) {
        return new DestinationParameter(name, Form.TEXT, false, List.of(), 0, help);
    }

    static DestinationParameter secret(String name, String help) {
        return new DestinationParameter(name, Form.SECRET, false, List.of(), 0, help);
    }

    static DestinationParameter flag(String name, String help) {
        return new DestinationParameter(name, Form.FLAG, false, List.of(), 1, help);
    }

    static DestinationParameter number(String name, int most, String help) {
        return new DestinationParameter(name, Form.NUMBER, false, List.of(), most, help);
    }

    static DestinationParameter choice(String name, String help, String... choices) {
        return new DestinationParameter(name, Form.CHOICE, false, List.of(choices), 0, help);
    }

    DestinationParameter asNeeded() {
        return new DestinationParameter(name, form, true, choices, most, help);
    }

    /// Throws if the value is none of the form.
    ///
    /// @throws IllegalArgumentException saying what it must be, without the value of a secret
    void check(String value) {
        boolean good =
                switch (form) {
                    case TEXT, SECRET -> value.chars().noneMatch(Character::isISOControl);
                    case FLAG -> value.equals("0") || value.equals("1");
                    case NUMBER -> value.matches("[0-9]{1,9}") && isInRange(value);
                    case CHOICE -> choices.contains(value);
                };
        if (!good) {
            throw new IllegalArgumentException(name + " must be " + wanted());
        }
    }

    private boolean isInRange(String value) {
        int number = Integer.parseInt(value);
        return number >= 1 && number <= most;
    }

    private String wanted() {
        return switch (form) {
            case TEXT, SECRET -> "free of control characters";
            case FLAG -> "1 or 0";
            case NUMBER -> "a number from 1 to " + most;
            case CHOICE -> "one of " + String.join(", ", choices);
        };
    }
}
