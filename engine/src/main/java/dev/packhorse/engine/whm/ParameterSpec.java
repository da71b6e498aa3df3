package dev.packhorse.engine.whm;

import java.util.List;
import java.util.Optional;

/// The declaration of one parameter.
///
/// @param name its name on the wire
/// @param type what values it takes
/// @param required whether a call without it fails
/// @param defaultValue what an absent one counts as; empty if absence itself means something
/// @param values the legal values of a CHOICE, else empty
/// @param minimum smallest legal INTEGER
/// @param maximum largest legal INTEGER
/// @param help one line of our own words
/// @param judgedLater whether the function judges the value, as what is legal depends on its other
///   arguments; any text is handed on to it
public record ParameterSpec(
        String name,
        Type type,
        boolean required,
        Optional<String> defaultValue,
        List<String> values,
        long minimum,
        long maximum,
        String help,
        boolean judgedLater) {
    public ParameterSpec {
        values = List.copyOf(values);
    }

    /// A parameter that must be given.
    public static ParameterSpec required(String name, Type type, String help) {
        return new ParameterSpec(
                name,
                type,
                true,
                Optional.empty(),
                List.of(),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                help,
                false);
    }

    /// A parameter that may be left out.
    public static ParameterSpec optional(String name, Type type, String help) {
        return new ParameterSpec(
                name,
                type,
                false,
                Optional.empty(),
                List.of(),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                help,
                false);
    }

    /// A 0/1 switch with its default.
    public static ParameterSpec flag(String name, boolean defaultValue, String help) {
        return optional(name, Type.FLAG, help).withDefault(defaultValue ? "1" : "0");
    }

    public ParameterSpec withDefault(String value) {
        return new ParameterSpec(
                name,
                type,
                required,
                Optional.of(value),
                values,
                minimum,
                maximum,
                help,
                judgedLater);
    }

    public ParameterSpec withRange(long smallest, long largest) {
        return new ParameterSpec(
                name, type, required, defaultValue, values, smallest, largest, help, judgedLater);
    }

    /// Makes it a [Type#CHOICE] of these values.
    public ParameterSpec oneOf(String... choices) {
        return new ParameterSpec(
                name,
                Type.CHOICE,
                required,
                defaultValue,
                List.of(choices),
                minimum,
                maximum,
                help,
                judgedLater);
    }

    /// Leaves it to the function to judge the value, with [#normalise].
    public ParameterSpec judgedByFunction() {
        return new ParameterSpec(
                name, type, required, defaultValue, values, minimum, maximum, help, true);
    }

    /// The normal form of a value.
    ///
    /// @throws WhmException naming the parameter and what it takes
    public String normalise(String value) throws WhmException {
        return ValueCheck.normalise(this, value);
    }

    /// What values a parameter takes; each is checked before the function runs.
    public enum Type {
        /// Any text without control characters, at most 8 KiB.
        TEXT,
        /// Text that may hold anything, such as a password; never echoed in errors.
        SECRET,
        INTEGER,
        /// 0 or 1; the words of whmapi1-protocol section 1.8 are understood.
        FLAG,
        /// One of [ParameterSpec#values].
        CHOICE,
        /// A valid account name; the dispatcher checks that the caller may act on this account.
        ACCOUNT,
        /// A date, `YYYY-MM-DD` or the longer form that begins so; handed on as `YYYY-MM-DD`.
        DATE,
        /// A date as in DATE, or the name of a restore point's slot, as `2026-11-24.1400`.
        SLOT,
        /// The name repeated, or numbered: a list of TEXT.
        LIST
    }
}
