package dev.packhorse.engine.notify;

import java.util.Locale;

/// The ways by which people are told.
public enum ChannelName {
    MAIL,
    SLACK,
    WEBHOOK;

    /// As jobs and logs name it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
