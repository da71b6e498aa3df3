package dev.packhorse.engine.daemon;

import dev.packhorse.engine.http.MonitoringPage;

/// `GET /openapi.json`. Says what the public documents say, and nothing of this server.
record OpenApiPage(String document) implements MonitoringPage {
    @Override
    public String path() {
        return "/openapi.json";
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public Answer answer() {
        return new Answer(200, "application/json", document);
    }
}
