package dev.packhorse.engine.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The logs of a transfer session with one item: control lines in the master log, and the item's
/// own log for text. Safe for many threads. A session that a second worker took over has the lines
/// of both.
///
/// Source: whmapi1-protocol 11.4.
public final class TransferSessionLog implements AutoCloseable {
    private static final double FORMAT_VERSION = 2.3;
    private static final int MASTER = 0;
    private static final int CHILD = 1;
    private static final String QUEUE = "RESTORE";

    /// A line must stay well below what a reader is given at once.
    private static final int MAX_ITEMS = 100;

    private static final int MAX_ITEM_LENGTH = 500;

    private final LogWriter master;
    private final FileSessionLog text;
    private final TransferItem item;

    TransferSessionLog(LogWriter master, FileSessionLog text, TransferItem item) {
        this.master = master;
        this.text = text;
        this.item = item;
    }

    /// The item's own log.
    public SessionLog text() {
        return text;
    }

    /// The session begins.
    public void started() {
        control(MASTER, "start", null);
        control(MASTER, "initiator", node("localcopy"));
        control(MASTER, "version", JsonNodeFactory.instance.numberNode(FORMAT_VERSION));
        for (String queue : List.of("TRANSFER", QUEUE)) {
            int items = queue.equals(QUEUE) ? 1 : 0;
            queueLine("queue_count", queue, items);
            queueLine("queue_size", queue, items);
        }
    }

    /// The item's turn has come.
    ///
    /// @param size its archive's size in bytes
    public void itemStarted(long size) {
        itemLine("start", null);
        itemLine("process-item", node(item.logFile()));
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("size", size);
        itemLine("start-item", message);
    }

    /// The item ended.
    ///
    /// @param size its archive's size in bytes
    public void itemEnded(TransferOutcome outcome, long size) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("size", size);
        ObjectNode contents = JsonNodeFactory.instance.objectNode();
        addList("altered_items", outcome.altered(), message, contents);
        addList("dangerous_items", outcome.dangerous(), message, contents);
        addList("skipped_items", outcome.skipped(), message, contents);
        addList("warnings", outcome.warnings(), message, contents);
        message.set("contents", contents);
        message.put(outcome.failed() ? "failure" : "message", LogText.oneLine(outcome.message()));
        itemLine(action(outcome), message);
        queueComplete();
    }

    /// The session ends.
    public void complete() {
        control(MASTER, "complete", null);
    }

    @Override
    public void close() {
        master.close();
        text.close();
    }

    private static String action(TransferOutcome outcome) {
        if (outcome.failed()) {
            return "failed-item";
        }
        return outcome.hasWarnings() ? "warning-item" : "success-item";
    }

    /// A count in the message, the list or null in the contents.
    private static void addList(
            String name, List<String> items, ObjectNode message, ObjectNode contents) {
        message.put(name, items.size());
        if (items.isEmpty()) {
            contents.putNull(name);
        } else {
            ArrayNode list = contents.putArray(name);
            items.stream()
                    .limit(MAX_ITEMS)
                    .forEach(each -> list.add(LogText.oneLine(each, MAX_ITEM_LENGTH)));
            if (items.size() > MAX_ITEMS) {
                list.add("… and " + (items.size() - MAX_ITEMS) + " more");
            }
        }
    }

    private void control(int child, String action, @Nullable JsonNode message) {
        master.control(contents(child, action, message));
    }

    private void queueLine(String action, String queue, int count) {
        ObjectNode contents = contents(MASTER, action, JsonNodeFactory.instance.numberNode(count));
        contents.put("queue", queue);
        master.control(contents);
    }

    private void queueComplete() {
        ObjectNode contents = contents(CHILD, "complete", null);
        contents.put("queue", QUEUE);
        master.control(contents);
    }

    private void itemLine(String action, @Nullable JsonNode message) {
        ObjectNode contents = contents(CHILD, action, message);
        contents.put("queue", QUEUE);
        contents.put("item", item.account());
        contents.put("item_name", "Account");
        contents.put("item_type", item.type());
        contents.put("local_item", item.localAccount());
        contents.put("logfile", item.logFile());
        master.control(contents);
    }

    private ObjectNode contents(int child, String action, @Nullable JsonNode message) {
        ObjectNode contents = JsonNodeFactory.instance.objectNode();
        contents.put("action", action);
        contents.put("child_number", child);
        contents.put("time", master.now().getEpochSecond());
        if (message != null) {
            contents.set("msg", message);
        }
        return contents;
    }

    private static JsonNode node(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }
}
