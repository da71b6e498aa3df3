package dev.packhorse.engine.hook;

import dev.packhorse.engine.session.SessionLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Keeps lines, warnings with a mark.
public final class NotedLog implements SessionLog {
    public final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void line(String text) {
        lines.add(text);
    }

    @Override
    public void begin(String text) {
        lines.add(text);
    }

    @Override
    public void done(String text) {
        lines.add(text);
    }

    @Override
    public void warn(String text) {
        lines.add("! " + text);
    }

    @Override
    public SessionLog indented() {
        return this;
    }
}
