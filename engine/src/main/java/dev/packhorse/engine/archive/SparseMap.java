package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The rules of a file with holes. A map is a list of data regions, in order and not overlapping;
/// everything else of the file is hole.
final class SparseMap {
    /// A file in more pieces is refused by careful readers, ours among them.
    static final int MOST_REGIONS = 100_000;

    private SparseMap() {}

    /// How many bytes of content the archive holds for a file.
    static long storedBytes(ArchiveEntry.RegularFile file) {
        return file.data().isEmpty() ? file.sizeBytes() : sum(file.data());
    }

    static long sum(List<DataRegion> regions) {
        long sum = 0;
        for (DataRegion region : regions) {
            sum = Math.addExact(sum, region.length());
        }
        return sum;
    }

    /// Why the regions are not a map of a file of that size, or an empty text.
    static String fault(List<DataRegion> regions, long sizeBytes) {
        long at = 0;
        for (DataRegion region : regions) {
            if (region.offset() < at) {
                return "data regions overlap or are out of order";
            }
            at = region.offset() + region.length();
            if (at > sizeBytes) {
                return "data region goes beyond the file's size";
            }
        }
        return "";
    }

    /// The map in the form that [ArchiveEntry.RegularFile] wants: without regions of no length,
    /// empty for a file without holes, a single empty region at the end for a file that is one
    /// hole.
    static List<DataRegion> normalised(List<DataRegion> regions, long sizeBytes) {
        List<DataRegion> filled = new ArrayList<>();
        for (DataRegion region : regions) {
            if (region.length() > 0) {
                filled.add(region);
            }
        }
        if (sum(filled) == sizeBytes) {
            return List.of();
        }
        return filled.isEmpty() ? List.of(new DataRegion(sizeBytes, 0)) : filled;
    }

    /// Whether a file has holes that a map can tell of.
    static boolean hasHoles(ArchiveEntry.RegularFile file) {
        return !file.data().isEmpty() && !normalised(file.data(), file.sizeBytes()).isEmpty();
    }

    /// The map as it stands before the content: numbers in lines, filled up with zeros to whole
    /// blocks. A file that ends with a hole needs a last region of no length, by which readers know
    /// how long to make it.
    ///
    /// Source: GNU tar manual, "Storing Sparse Files", PAX format, version 1.0.
    static byte[] encode(ArchiveEntry.RegularFile file) {
        List<DataRegion> regions = new ArrayList<>(normalised(file.data(), file.sizeBytes()));
        DataRegion last = regions.getLast();
        if (last.offset() + last.length() < file.sizeBytes()) {
            regions.add(new DataRegion(file.sizeBytes(), 0));
        }
        StringBuilder text = new StringBuilder();
        text.append(regions.size()).append('\n');
        for (DataRegion region : regions) {
            text.append(region.offset()).append('\n').append(region.length()).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(bytes, bytes.length + TarFormat.padding(bytes.length));
    }

    /// Checks a map that an archive declares, and returns it normalised.
    ///
    /// @param storedBytes how much content the archive holds for it
    static List<DataRegion> judged(List<DataRegion> regions, long sizeBytes, long storedBytes)
            throws ArchiveException {
        String fault = fault(regions, sizeBytes);
        if (!fault.isEmpty()) {
            throw new ArchiveException(Kind.HOSTILE, fault);
        }
        if (sum(regions) != storedBytes) {
            throw new ArchiveException(
                    Kind.HOSTILE, "data regions and stored size of the sparse file differ");
        }
        return normalised(regions, sizeBytes);
    }
}
