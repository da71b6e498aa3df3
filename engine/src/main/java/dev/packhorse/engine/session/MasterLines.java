package dev.packhorse.engine.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Control lines of a transfer session's master log.
///
/// Source: whmapi1-protocol 11.4.
final class MasterLines {
    /// The queue of every item: archives of this server have no other leg to travel.
    static final String QUEUE = "RESTORE";

    private static final double FORMAT_VERSION = 2.3;
    private static final int MASTER = 0;

    private final LogWriter master;

    MasterLines(LogWriter master) {
        this.master = master;
    }

    /// The session begins.
    void started(int items) {
        line("start", null);
        line("initiator", JsonNodeFactory.instance.stringNode("localcopy"));
        line("version", JsonNodeFactory.instance.numberNode(FORMAT_VERSION));
        for (String queue : List.of("TRANSFER", QUEUE)) {
            int count = queue.equals(QUEUE) ? items : 0;
            queueLine("queue_count", queue, count);
            queueLine("queue_size", queue, count);
        }
    }

    /// A line about the session as a whole.
    void line(String action, @Nullable JsonNode message) {
        master.control(contents(MASTER, action, message));
    }

    private void queueLine(String action, String queue, int count) {
        ObjectNode contents = contents(MASTER, action, JsonNodeFactory.instance.numberNode(count));
        contents.put("queue", queue);
        master.control(contents);
    }

    /// The members that every control line has.
    ///
    /// @param child who writes, 0 for the session itself
    ObjectNode contents(int child, String action, @Nullable JsonNode message) {
        ObjectNode contents = JsonNodeFactory.instance.objectNode();
        contents.put("action", action);
        contents.put("child_number", child);
        contents.put("time", master.now().getEpochSecond());
        if (message != null) {
            contents.set("msg", message);
        }
        return contents;
    }

    void write(ObjectNode contents) {
        master.control(contents);
    }
}
