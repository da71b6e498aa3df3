package dev.packhorse.transport.spi;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a driver must know to go on with an upload in another process: an upload id, a session
/// address, a temporary name, the parts that arrived. Only the driver that wrote it understands it.
/// Some of it lets its holder write to the upload, so it is kept like a secret: never logged, and
/// its text form names the keys alone.
///
/// @param values at most 16 KiB of text in all
public record UploadState(SortedMap<String, String> values) {
    private static final int MAX_CHARACTERS = 16 * 1024;

    public UploadState {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        int characters = 0;
        for (var value : values.entrySet()) {
            characters += value.getKey().length() + value.getValue().length();
        }
        if (characters > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "upload state has " + characters + " characters, limit " + MAX_CHARACTERS);
        }
    }

    @Override
    public String toString() {
        return "UploadState" + values.keySet();
    }
}
