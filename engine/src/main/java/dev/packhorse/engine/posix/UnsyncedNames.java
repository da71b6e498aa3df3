package dev.packhorse.engine.posix;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells once for each file system that it does not say when names are on the disk. Thread-safe.
final class UnsyncedNames {
    private static final Logger LOG = LoggerFactory.getLogger(UnsyncedNames.class);
    private static final Set<Long> TOLD = ConcurrentHashMap.newKeySet();

    private UnsyncedNames() {}

    static void tell(Descriptor directory) throws PosixException {
        if (TOLD.add(directory.stat().device())) {
            LOG.atWarn()
                    .addKeyValue("folder", directory.label())
                    .log(
                            "this file system does not tell when names are on the disk: a power cut"
                                    + " of the server behind it can lose what was written last");
        }
    }
}
