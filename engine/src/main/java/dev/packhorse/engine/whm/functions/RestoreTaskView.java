package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RestoreResult;
import dev.packhorse.engine.session.TransferItem;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tasks of the restore queue in the shapes of WHM API 1.
///
/// Source: whmapi1-protocol section 10.
final class RestoreTaskView {
    private RestoreTaskView() {}

    /// `{user, restore_point, options}`.
    static ObjectNode entry(RestoreTask task) {
        RestoreArguments arguments = task.arguments();
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("destid", arguments.destination());
        options.put("give_ip", number(arguments.giveIp()));
        options.put("mail_config", number(arguments.mailConfig()));
        options.put("mysql", number(arguments.mysql()));
        options.put("subdomains", number(arguments.subdomains()));
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("user", arguments.account());
        entry.put("restore_point", arguments.restorePoint());
        entry.set("options", options);
        return entry;
    }

    /// `{restore_job, status_info}` of an ended task.
    static ObjectNode ended(RestoreTask task) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("restore_job", entry(task));
        node.set("status_info", statusInfo(task));
        return node;
    }

    static ArrayNode list(List<RestoreTask> tasks, Function<RestoreTask, ObjectNode> view) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        tasks.forEach(task -> list.add(view.apply(task)));
        return list;
    }

    private static ObjectNode statusInfo(RestoreTask task) {
        RestoreResult result = task.result();
        ObjectNode info = JsonNodeFactory.instance.objectNode();
        putCount(info, "altered_items", result.altered());
        putCount(info, "dangerous_items", result.dangerous());
        putCount(info, "skipped_items", result.skipped());
        putList(info, "warnings", result.warnings());
        info.put("started", seconds(task.started()));
        info.put("finished", seconds(task.job().finishedAt().orElse(task.started())));
        info.put("result", result.result());
        info.put("status", result.result());
        info.put("statusmsg", word(result));
        info.put("log", result.message());
        info.put("restore_logfile", TransferItem.of(task.arguments().account()).logFile());
        info.put("transfer_session_id", task.arguments().session());
        return info;
    }

    private static String word(RestoreResult result) {
        return switch (result.result()) {
            case 1 -> "success";
            case 2 -> "warning";
            default -> result.message();
        };
    }

    private static void putCount(ObjectNode info, String name, List<String> items) {
        if (items.isEmpty()) {
            info.putNull(name);
        } else {
            info.put(name, items.size());
        }
    }

    private static void putList(ObjectNode info, String name, List<String> items) {
        if (items.isEmpty()) {
            info.putNull(name);
        } else {
            ArrayNode list = info.putArray(name);
            items.forEach(list::add);
        }
    }

    private static String seconds(Instant instant) {
        return String.valueOf(instant.getEpochSecond());
    }

    private static int number(boolean value) {
        return value ? 1 : 0;
    }
}
