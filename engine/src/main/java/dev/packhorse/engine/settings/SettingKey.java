package dev.packhorse.engine.settings;

import java.util.function.Function;

/// One key of the configuration.
///
/// @param name its dotted name, as `http.listen`
/// @param defaultText what an absent one counts as, in the form that the file takes
/// @param hint what a right value looks like, for complaints
/// @param parser turns the text into the value, or throws [IllegalArgumentException] with the
///   reason
public record SettingKey<T>(
        String name, String defaultText, String hint, Function<String, T> parser) {}
