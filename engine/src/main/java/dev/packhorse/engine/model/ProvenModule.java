package dev.packhorse.engine.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A module of which a restore that was tried gave back all that was packed.
///
/// @param name the module's
/// @param members how many members of the archive are the same when they are packed again; 0 for
///   what is compared otherwise, as homes and databases
/// @param counts what was counted, by name: `zones`, `logins`, `entries` and so on
public record ProvenModule(String name, long members, Map<String, Long> counts) {
    public ProvenModule {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }
}
