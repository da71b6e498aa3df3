package dev.packhorse.engine.whm;

import java.util.List;

/// The declaration of one function.
///
/// @param name its name, case-sensitive
/// @param help one line of our own words
/// @param permission the right it asks for
/// @param parameters its parameters; unknown ones in a call are ignored
public record FunctionSpec(
        String name, String help, Permission permission, List<ParameterSpec> parameters) {
    public FunctionSpec {
        parameters = List.copyOf(parameters);
    }

    public static FunctionSpec of(
            String name, Permission permission, String help, ParameterSpec... parameters) {
        return new FunctionSpec(name, help, permission, List.of(parameters));
    }
}
