package dev.packhorse.engine.faults;

import java.util.TreeMap;

/// A folder of a [Disk].
///
/// @param synced the names that were synced
/// @param now the names that programs see
record DiskFolder(TreeMap<String, DiskNode> synced, TreeMap<String, DiskNode> now)
        implements DiskNode {
    DiskFolder() {
        this(new TreeMap<>(), new TreeMap<>());
    }

    // Two folders with the same names are still two.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
