package dev.packhorse.engine.notify;

import java.util.Optional;

/// How urgent a notification is.
///
/// Source: functions.json `set_application_contact_importance`; the numbers are those of cPanel's
/// Contact Manager.
public enum Importance {
    DISABLED("Disabled", 0),
    HIGH("High", 1),
    MEDIUM("Medium", 2),
    LOW("Low", 3);

    private final String word;
    private final int number;

    Importance(String word, int number) {
        this.word = word;
        this.number = number;
    }

    /// As the API names it.
    public String word() {
        return word;
    }

    /// As the API numbers it.
    public int number() {
        return number;
    }

    /// The level of a word, empty if there is none.
    public static Optional<Importance> of(String word) {
        for (Importance each : values()) {
            if (each.word.equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
