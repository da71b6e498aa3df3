package dev.packhorse.transport.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The temporary files of a place that is a folder of this machine.
public final class LeftFiles {
    private LeftFiles() {}

    /// Their names; none if there is no folder.
    public static List<String> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith(".packhorse-upload-"))
                    .toList();
        }
    }
}
