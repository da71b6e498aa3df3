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

    /// A place that a driver reaches over a network or a program: texts under the names of
    /// [DestinationParameters], none of them empty. Names that this version does not know are kept.
    ///
    /// @param values what may be shown
    /// @param secrets what may not
    record Remote(SortedMap<String, String> values, SortedMap<String, Secret> secrets)
            implements DestinationSettings {
        public Remote {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
            secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        }
    }
}
