package dev.packhorse.engine.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The logs of a transfer session as one item writes them: control lines in the master log, and the
/// item's own log for text. An item that is the whole session writes the session's lines, too. Safe
/// for many threads. A session that a second worker took over has the lines of both.
///
/// Source: whmapi1-protocol 11.4.
public final class TransferSessionLog implements AutoCloseable {
    private static final int CHILD = 1;

    /// A line must stay well below what a reader is given at once.
    private static final int MAX_ITEMS = 100;

    private static final int MAX_ITEM_LENGTH = 500;

    private final LogWriter master;
    private final FileSessionLog text;
    private final TransferItem item;
    private final MasterLines lines;
    private final boolean alone;

    /// @param alone whether the session has no other item, and ends with it
    TransferSessionLog(LogWriter master, FileSessionLog text, TransferItem item, boolean alone) {
        this.master = master;
        this.text = text;
        this.item = item;
        this.lines = new MasterLines(master);
        this.alone = alone;
    }

    /// The item's own log.
    public SessionLog text() {
        return text;
    }

    /// The session begins, if it is this item's alone.
    public void started() {
        if (alone) {
            lines.started(1);
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

    /// The session ends, if it is this item's alone.
    public void complete() {
        if (alone) {
            lines.line("complete", null);
        }
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

    private void queueComplete() {
        ObjectNode contents = lines.contents(CHILD, "complete", null);
        contents.put("queue", MasterLines.QUEUE);
        lines.write(contents);
    }

    private void itemLine(String action, @Nullable JsonNode message) {
        ObjectNode contents = lines.contents(CHILD, action, message);
        contents.put("queue", MasterLines.QUEUE);
        contents.put("item", item.account());
        contents.put("item_name", "Account");
        contents.put("item_type", item.type());
        contents.put("local_item", item.localAccount());
        contents.put("logfile", item.logFile());
        lines.write(contents);
    }

    private static JsonNode node(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }
}
