package dev.packhorse.engine.http;

import dev.packhorse.engine.live.LiveFeed;
import java.util.List;

/// What the port serves besides the API.
///
/// @param browser what browsers may open without a login
/// @param monitoring what monitoring reads
/// @param events what `/events` tells
/// @param logs what lies below `/logs/`
public record ServedPages(
        List<BrowserPage> browser,
        List<MonitoringPage> monitoring,
        EventSource events,
        ServedLogs logs) {
    /// Pages alone, without events and logs.
    public static ServedPages of(List<BrowserPage> browser, List<MonitoringPage> monitoring) {
        return new ServedPages(
                browser,
                monitoring,
                EventSource.of(new LiveFeed(), (_, _) -> false),
                ServedLogs.NONE);
    }

    public ServedPages {
        browser = List.copyOf(browser);
        monitoring = List.copyOf(monitoring);
    }
}
