package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Finds the holes of a file.
final class FileRegions {
    /// A file with more pieces is packed with its holes as zeros.
    static final int MAX_REGIONS = 10_000;

    private FileRegions() {}

    /// Where the data of a file with holes lies; empty for a file without holes. A file that is one
    /// hole has a single region of no length at its end.
    static List<DataRegion> of(PosixFile file, FileStat stat) throws IOException {
        long size = stat.sizeBytes();
        if (stat.allocatedBytes() >= size) {
            return List.of();
        }
        List<DataRegion> regions = new ArrayList<>();
        long at = 0;
        while (at < size) {
            OptionalLong data = file.seekData(at);
            if (data.isEmpty() || data.getAsLong() >= size) {
                break;
            }
            if (regions.size() == MAX_REGIONS) {
                return List.of();
            }
            long end = Math.min(size, file.seekHole(data.getAsLong()));
            if (end <= data.getAsLong()) {
                // the file changes under the search: its holes are not worth a second one
                return List.of();
            }
            regions.add(new DataRegion(data.getAsLong(), end - data.getAsLong()));
            at = end;
        }
        return isWhole(regions, size) ? List.of() : closed(regions, size);
    }

    private static boolean isWhole(List<DataRegion> regions, long size) {
        return regions.size() == 1 && regions.getFirst().length() == size;
    }

    private static List<DataRegion> closed(List<DataRegion> regions, long size) {
        return regions.isEmpty() ? List.of(new DataRegion(size, 0)) : regions;
    }
}
