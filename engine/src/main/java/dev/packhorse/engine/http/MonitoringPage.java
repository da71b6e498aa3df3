package dev.packhorse.engine.http;

import java.io.IOException;

/// A page of the port for monitoring. Safe for many threads.
public interface MonitoringPage {
    /// The right that a token of root's needs to read pages that are not open.
    String ACL = "basic-system-info";

    /// The page's path, compared as a whole.
    String path();

    /// Whether it is served without a login, to whoever reaches the port: then it must tell nothing
    /// of accounts.
    boolean isOpen();

    /// Answers a GET.
    ///
    /// @throws IOException if it cannot be answered
    Answer answer() throws IOException;

    /// What is sent.
    ///
    /// @param status of HTTP
    /// @param contentType as the header takes it
    /// @param text the content
    record Answer(int status, String contentType, String text) {}
}
