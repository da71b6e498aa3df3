package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;

/// Words for answers.
final class Text {
    private static final int MAX_ECHO = 64;

    private Text() {}

    /// A caller's text in quotes, cut and harmless.
    static String quoted(String text) {
        String cut = text.length() > MAX_ECHO ? text.substring(0, MAX_ECHO) + "…" : text;
        return "“" + cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?") + "”";
    }

    /// A reason, as it stands with jobs, as a sentence of an answer.
    static String sentence(String reason) {
        return Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + ".";
    }

    /// The answer to a file that cannot be read or written.
    static WhmException failed(String what, IOException cause) {
        WhmException failure = WhmException.refused(what + ": " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }

    /// The answer to a value that is not legal.
    static WhmException badValue(String parameter, String why) {
        return WhmException.failure("The “" + parameter + "” argument is not usable: " + why + ".");
    }

    /// The answer about an account that is not there, or not the caller's.
    static WhmException noUser(String user) {
        return WhmException.failure("You do not have a user named " + quoted(user) + ".");
    }
}
