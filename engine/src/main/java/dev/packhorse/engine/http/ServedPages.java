package dev.packhorse.engine.http;

import java.util.List;

/// What the port serves besides the API.
///
/// @param browser what browsers may open without a login
/// @param monitoring what monitoring reads
public record ServedPages(List<BrowserPage> browser, List<MonitoringPage> monitoring) {
    public static final ServedPages NONE = new ServedPages(List.of(), List.of());

    public ServedPages {
        browser = List.copyOf(browser);
        monitoring = List.copyOf(monitoring);
    }
}
