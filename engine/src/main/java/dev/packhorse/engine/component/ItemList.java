package dev.packhorse.engine.component;

import java.util.ArrayList;
import java.util.List;

/// Sentences for a report, in order. Keeps the first thousand and counts the rest, so that an
/// account with a million oddities costs no more memory than one with a thousand. One thread.
public final class ItemList {
    /// How many sentences are kept.
    public static final int LIMIT = 1_000;

    private final List<String> items = new ArrayList<>();
    private long more;

    public void add(String item) {
        if (items.size() < LIMIT) {
            items.add(item);
        } else {
            more++;
        }
    }

    /// How many were added, those that were not kept included.
    public long size() {
        return items.size() + more;
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    /// The sentences, with a last one that tells how many more there were.
    public List<String> toList() {
        if (more == 0) {
            return List.copyOf(items);
        }
        List<String> all = new ArrayList<>(items);
        all.add("and " + more + " more of this kind");
        return List.copyOf(all);
    }
}
