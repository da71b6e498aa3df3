package dev.packhorse.engine.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A file of a [Disk]: what was synced, and what was done to it since.
final class DiskFile implements DiskNode {
    private byte[] synced;
    private final List<Edit> edits = new ArrayList<>();

    DiskFile(byte[] synced) {
        this.synced = synced;
    }

    private sealed interface Edit {
        byte[] to(byte[] content);
    }

    private record Written(int position, Change.Bytes written) implements Edit {
        @Override
        public byte[] to(byte[] content) {
            byte[] bytes = written.array();
            int end = position + bytes.length;
            byte[] longer = content.length < end ? Arrays.copyOf(content, end) : content;
            System.arraycopy(bytes, 0, longer, position, bytes.length);
            return longer;
        }
    }

    private record Truncated(int size) implements Edit {
        @Override
        public byte[] to(byte[] content) {
            return size < content.length ? Arrays.copyOf(content, size) : content;
        }
    }

    void write(long position, Change.Bytes bytes) {
        edits.add(new Written(Math.toIntExact(position), bytes));
    }

    void truncate(long size) {
        edits.add(new Truncated(Math.toIntExact(size)));
    }

    void sync() {
        synced = after(edits.size());
        edits.clear();
    }

    int unsynced() {
        return edits.size();
    }

    /// The contents after some of the changes that are not synced.
    byte[] after(int changes) {
        byte[] content = changes == 0 ? synced : synced.clone();
        for (Edit edit : edits.subList(0, changes)) {
            content = edit.to(content);
        }
        return content;
    }
}
