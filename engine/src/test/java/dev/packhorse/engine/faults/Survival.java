package dev.packhorse.engine.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Which of the changes that were not synced are there after a power cut. A file system may write
/// them back in any order, so each choice is legal.
record Survival(Random random, Kind kind) {
    static final int PAGE = 4_096;

    /// How much is there.
    enum Kind {
        NOTHING,
        EVERYTHING,
        DRAWN
    }

    /// The first two seeds are the extremes.
    static Survival drawn(Random random, long seed) {
        return new Survival(
                random, seed == 0 ? Kind.NOTHING : seed == 1 ? Kind.EVERYTHING : Kind.DRAWN);
    }

    /// The names' changes that are there: the first ones, or any.
    <T> List<T> of(List<T> changes) {
        return switch (kind) {
            case NOTHING -> List.of();
            case EVERYTHING -> changes;
            case DRAWN ->
                    random.nextBoolean()
                            ? changes.subList(0, random.nextInt(changes.size() + 1))
                            : changes.stream().filter(_ -> random.nextBoolean()).toList();
        };
    }

    /// The contents of a file.
    byte[] of(DiskFile file) {
        int edits = file.unsynced();
        if (edits == 0 || kind == Kind.NOTHING) {
            return file.after(0);
        }
        if (kind == Kind.EVERYTHING) {
            return file.after(edits);
        }
        return switch (random.nextInt(4)) {
            case 0 -> file.after(0);
            case 1 -> file.after(random.nextInt(edits + 1));
            case 2 -> Arrays.copyOf(file.after(0), file.after(edits).length);
            default -> pages(file, edits);
        };
    }

    /// Each page as it was at some time; the length as it became.
    private byte[] pages(DiskFile file, int edits) {
        List<byte[]> versions = new ArrayList<>(List.of(file.after(0)));
        versions.add(file.after(random.nextInt(edits + 1)));
        versions.add(file.after(edits));
        byte[] result = new byte[versions.getLast().length];
        for (int at = 0; at < result.length; at += PAGE) {
            byte[] version = versions.get(random.nextInt(versions.size()));
            int there = Math.min(Math.min(PAGE, result.length - at), version.length - at);
            if (there > 0) {
                System.arraycopy(version, at, result, at, there);
            }
        }
        return result;
    }
}
