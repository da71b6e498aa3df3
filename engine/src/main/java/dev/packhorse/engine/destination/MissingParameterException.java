package dev.packhorse.engine.destination;

/// A destination lacks a parameter that its type needs.
public final class MissingParameterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String parameter;

    MissingParameterException(String parameter) {
        super(parameter + " is missing");
        this.parameter = parameter;
    }

    /// The parameter's name.
    public String parameter() {
        return parameter;
    }
}
