package dev.packhorse.engine.staging;

import java.io.IOException;
import java.nio.file.Path;

/// Says whether what an ended job has left is what another one needs.
@FunctionalInterface
public interface Suits {
    boolean test(Path folder) throws IOException;
}
