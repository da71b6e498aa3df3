package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.RawParameters;

/// A page of the port that browsers open without a login: another site sent them here. What the
/// query carries must prove all by itself; the `Host` header proves nothing and is not passed on.
/// Safe for many threads.
public interface BrowserPage {
    /// The page's path, compared as a whole.
    String path();

    /// Answers a GET; may take its time.
    Answer answer(RawParameters query);

    /// What the browser shows.
    ///
    /// @param status of HTTP
    /// @param text shown as plain text
    record Answer(int status, String text) {}
}
