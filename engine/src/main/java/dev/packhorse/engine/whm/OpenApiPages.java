package dev.packhorse.engine.whm;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The pages besides the functions, for the OpenAPI document.
final class OpenApiPages {
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final String PLAIN = "text/plain";

    private static final List<Page> PAGES =
            List.of(
                    new Page(
                            "/health",
                            "health",
                            "Whether the daemon does its work",
                            "application/json",
                            true),
                    new Page(
                            "/metrics",
                            "metrics",
                            "Figures in the form of Prometheus",
                            PLAIN,
                            false),
                    new Page("/openapi.json", "openapi", "This document", "application/json", true),
                    new Page(
                            "/events",
                            "events",
                            "What happens, while it happens",
                            "text/event-stream",
                            false),
                    new Page(
                            "/logs/runs",
                            "log_runs",
                            "The logs of runs, newest first",
                            "application/json",
                            false),
                    new Page("/logs/runs/{name}", "log_run", "The log of a run", PLAIN, false),
                    new Page("/logs/jobs/{id}", "log_job", "The log of a job", PLAIN, false),
                    new Page(
                            "/logs/sessions/{id}/{log}",
                            "log_session",
                            "A log of a session",
                            PLAIN,
                            false));

    private record Page(String path, String id, String summary, String type, boolean open) {}

    private OpenApiPages() {}

    static void addTo(ObjectNode paths) {
        for (Page page : PAGES) {
            ObjectNode call = paths.putObject(page.path()).putObject("get");
            call.put("operationId", page.id());
            call.put("summary", page.summary());
            call.putArray("tags").add("pages");
            if (page.open()) {
                call.putArray("security");
            }
            addParameters(call, page);
            addResponses(call.putObject("responses"), page);
        }
    }

    private static void addParameters(ObjectNode call, Page page) {
        ArrayNode parameters = call.putArray("parameters");
        Matcher variables = VARIABLE.matcher(page.path());
        boolean isLog = false;
        while (variables.find()) {
            parameter(parameters, variables.group(1), "path", "A name, as lists and jobs tell it")
                    .put("type", "string");
            isLog = true;
        }
        if (isLog) {
            parameter(parameters, "tail", "query", "Only so many last lines")
                    .put("type", "integer")
                    .put("minimum", 1)
                    .put("maximum", 10_000);
            parameter(parameters, "Range", "header", "One range of bytes").put("type", "string");
        }
        if (page.id().equals("events")) {
            parameter(parameters, "Last-Event-ID", "header", "The last event that was seen")
                    .put("type", "string");
        }
    }

    private static ObjectNode parameter(ArrayNode list, String name, String in, String meaning) {
        ObjectNode parameter = list.addObject();
        parameter.put("name", name).put("in", in).put("required", in.equals("path"));
        parameter.put("description", meaning);
        return parameter.putObject("schema");
    }

    private static void addResponses(ObjectNode responses, Page page) {
        ObjectNode good = responses.putObject("200");
        good.put("description", page.summary());
        ObjectNode schema = good.putObject("content").putObject(page.type()).putObject("schema");
        schema.put("type", page.type().equals("application/json") ? "object" : "string");
        if (!page.open()) {
            responses.putObject("403").put("$ref", "#/components/responses/Denied");
        }
        if (page.path().contains("{")) {
            responses.putObject("206").put("description", "The part that was asked for");
            responses.putObject("404").put("$ref", "#/components/responses/NotFound");
            responses.putObject("416").put("description", "The log is shorter");
        }
    }
}
