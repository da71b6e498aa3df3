package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Secret;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one type of destination needs besides what all have.
public sealed interface DestinationSettings {

    /// A folder of this server.
    ///
    /// @param path the folder as the host sees it
    /// @param mount whether another file system is mounted there
    /// @param noMountFail whether a missing mount makes the destination fail
    record Local(String path, boolean mount, boolean noMountFail) implements DestinationSettings {}

    /// Settings of a type that this version has no driver for, kept as they stand in the file.
    ///
    /// @param shown what may be shown
    /// @param secrets what may not
    record Unsupported(SortedMap<String, String> shown, SortedMap<String, Secret> secrets)
            implements DestinationSettings {
        public Unsupported {
            shown = Collections.unmodifiableSortedMap(new TreeMap<>(shown));
            secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        }
    }
}
