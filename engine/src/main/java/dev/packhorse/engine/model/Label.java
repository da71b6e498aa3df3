package dev.packhorse.engine.model;

import java.util.regex.Pattern;

/// A few words that somebody gave to a backup by hand, as `before upgrade`.
///
/// @param text 1 to 64 letters, digits, blanks and signs; neither begins nor ends with a blank
public record Label(String text) {
    /// What is wrong with a text that is no label goes on from “must”.
    public static final String RULE =
            "have 1 to 64 letters, digits, blanks or signs, and neither begin nor end with a blank";

    private static final Pattern FORM =
            Pattern.compile("(?! )[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,64}(?<! )");

    public Label {
        if (!isValid(text)) {
            throw new IllegalArgumentException("a label must " + RULE);
        }
    }

    /// Whether a text is a label.
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }
}
