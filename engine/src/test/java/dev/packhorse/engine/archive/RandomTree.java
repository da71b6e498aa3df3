package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A made-up home directory with everything that is odd in real ones; the same seed gives the same.
final class RandomTree {
    private static final int MOST_PATH_BYTES = 1_300;

    private final Random random;
    private final List<Item> items = new ArrayList<>();
    private final List<BytePath> folders = new ArrayList<>();
    private final List<ArchiveEntry.RegularFile> files = new ArrayList<>();
    private int names;

    private RandomTree(long seed) {
        random = new Random(seed);
    }

    /// A member and its stored bytes.
    record Item(ArchiveEntry entry, ByteString content) {}

    static List<Item> of(long seed) {
        RandomTree tree = new RandomTree(seed);
        tree.fill();
        return tree.items;
    }

    private void fill() {
        folder(BytePath.of("homedir"));
        int count = 10 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            BytePath path = newPath();
            switch (random.nextInt(10)) {
                case 0, 1 -> folder(path);
                case 2 -> symlink(path);
                case 3 -> hardLink(path);
                case 4 -> sparse(path);
                default -> file(path);
            }
        }
    }

    private void folder(BytePath path) {
        folders.add(path);
        add(new ArchiveEntry.Folder(path, attributes()), new byte[0]);
    }

    private void file(BytePath path) {
        int[] edges = {0, 1, 511, 512, 513, 1_024, 10_240};
        int size =
                random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextInt(90_000);
        byte[] content = new byte[size];
        if (random.nextBoolean()) {
            random.nextBytes(content);
        }
        ArchiveEntry.RegularFile file = ArchiveEntry.RegularFile.of(path, attributes(), size);
        files.add(file);
        add(file, content);
    }

    private void sparse(BytePath path) {
        long grain = 4_096;
        List<DataRegion> regions = new ArrayList<>();
        long at = grain * random.nextInt(3);
        int pieces = random.nextInt(40);
        for (int i = 0; i < pieces; i++) {
            at += grain * (1 + random.nextInt(5));
            regions.add(new DataRegion(at, grain * (1 + random.nextInt(2))));
            at = regions.getLast().offset() + regions.getLast().length();
        }
        boolean huge = random.nextInt(3) == 0;
        long size = at + (huge ? 9L << 30 : grain * random.nextInt(2)) + (pieces == 0 ? 777 : 0);
        if (regions.isEmpty()) {
            regions.add(new DataRegion(size, 0));
        }
        byte[] content = new byte[(int) SparseMap.sum(regions)];
        random.nextBytes(content);
        add(new ArchiveEntry.RegularFile(path, attributes(), size, regions), content);
    }

    private void symlink(BytePath path) {
        ByteString target =
                switch (random.nextInt(7)) {
                    case 0 -> ByteString.of("public_html");
                    case 1 -> ByteString.of("/etc/passwd");
                    case 2 -> ByteString.of("../../../outside");
                    case 3 -> ByteString.of(new byte[] {(byte) 0xff, (byte) 0xfe});
                    case 4 -> ByteString.of("t".repeat(101) + "/" + "u".repeat(900));
                    case 5 -> ByteString.of(".");
                    default ->
                            ByteString.of("/" + "x".repeat(99))
                                    .concat(ByteString.of(new byte[] {(byte) 0xe4}));
                };
        Attributes attributes = attributes();
        add(
                new ArchiveEntry.SymbolicLink(
                        path,
                        new Attributes(
                                0777,
                                attributes.uid(),
                                attributes.gid(),
                                attributes.mtimeSeconds(),
                                attributes.mtimeNanos(),
                                Map.of()),
                        target),
                new byte[0]);
    }

    private void hardLink(BytePath path) {
        if (files.isEmpty()) {
            file(path);
            return;
        }
        ArchiveEntry.RegularFile target = files.get(random.nextInt(files.size()));
        add(new ArchiveEntry.HardLink(path, target.attributes(), target.path()), new byte[0]);
    }

    private void add(ArchiveEntry entry, byte[] content) {
        items.add(new Item(entry, ByteString.of(content)));
    }

    private BytePath newPath() {
        BytePath parent = folders.get(random.nextInt(folders.size()));
        ByteName name = newName();
        boolean fits = parent.value().length() + 1 + name.value().length() <= MOST_PATH_BYTES;
        return (fits ? parent : folders.getFirst()).resolve(name);
    }

    private ByteName newName() {
        String number = "-" + names++;
        ByteString name =
                switch (random.nextInt(9)) {
                    case 0 -> ByteString.of("ümläut 文件" + number);
                    case 1 ->
                            ByteString.of(new byte[] {(byte) 0xff, (byte) 0xfe})
                                    .concat(ByteString.of(number));
                    case 2 -> ByteString.of("line\nbreak\ttab" + number);
                    case 3 -> ByteString.of("l".repeat(90 + random.nextInt(150)) + number);
                    case 4 -> ByteString.of("-rf " + number + " ");
                    case 5 -> ByteString.of("%41\\" + number);
                    case 6 ->
                            ByteString.of("é".repeat(60) + number)
                                    .concat(ByteString.of(new byte[] {(byte) 0xc3}));
                    default -> ByteString.of("file" + number);
                };
        return new ByteName(name);
    }

    private Attributes attributes() {
        int[] modes = {0644, 0600, 0755, 0, 04755, 02750, 01777, 07777, 0444};
        long[] seconds = {0, 1_700_000_000, -1, -86_400_000, 1, 1_234_567_890};
        int[] ids = {0, 1_001, 65_534, 3_000_000};
        Map<ByteString, ByteString> xattrs = new HashMap<>();
        if (random.nextInt(4) == 0) {
            xattrs.put(ByteString.of("user.plain"), ByteString.of("value"));
            byte[] value = new byte[random.nextInt(300)];
            random.nextBytes(value);
            xattrs.put(ByteString.of("user.odd=%3D"), ByteString.of(value));
        }
        return new Attributes(
                modes[random.nextInt(modes.length)],
                ids[random.nextInt(ids.length)],
                ids[random.nextInt(ids.length)],
                seconds[random.nextInt(seconds.length)],
                random.nextBoolean() ? 0 : random.nextInt(1_000_000_000),
                xattrs);
    }
}
