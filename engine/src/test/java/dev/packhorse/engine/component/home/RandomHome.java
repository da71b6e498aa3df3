package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Trees on the disk with everything that is odd in real homes; the same seed gives the same tree.
/// Made with the account's rights.
final class RandomHome {
    private static final ByteString ACCESS_LIST = ByteString.of("system.posix_acl_access");
    private static final ByteString DEFAULT_LIST = ByteString.of("system.posix_acl_default");
    private static final int[] MODES = {0644, 0600, 0755, 0, 0444, 04755, 02711, 0200, 0111};
    private static final int[] FOLDER_MODES = {0755, 0700, 0, 0555, 01777, 02750, 0300};
    private static final int[] SIZES = {0, 1, 511, 512, 513, 10_240, 65_536, 131_072, 131_073};

    private final Random random;
    private int names;
    private int budget;

    private RandomHome(long seed) {
        random = new Random(seed);
        budget = 8 + random.nextInt(16);
    }

    /// Fills a folder.
    static void write(Directory folder, long seed) throws IOException {
        RandomHome home = new RandomHome(seed);
        home.fill(folder, 0);
        if (seed % 7 == 0) {
            home.chain(folder, 60 + home.random.nextInt(120));
        }
        home.settle(folder, 0755);
    }

    private void fill(Directory folder, int depth) throws IOException {
        List<ByteName> files = new ArrayList<>();
        int entries = 3 + random.nextInt(6);
        for (int i = 0; i < entries && budget > 0; i++, budget--) {
            ByteName name = name();
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    if (depth < 5) {
                        try (Directory below = folder.makeDirectory(name, 0700)) {
                            fill(below, depth + 1);
                            settle(below, FOLDER_MODES[random.nextInt(FOLDER_MODES.length)]);
                        }
                    }
                }
                case 2, 3 -> symlink(folder, name);
                case 4 -> {
                    if (!files.isEmpty()) {
                        folder.makeHardLink(folder, files.get(random.nextInt(files.size())), name);
                    }
                }
                case 5 -> {
                    sparse(folder, name);
                    files.add(name);
                }
                default -> {
                    file(folder, name);
                    files.add(name);
                }
            }
        }
    }

    private void file(Directory folder, ByteName name) throws IOException {
        byte[] content =
                new byte
                        [random.nextBoolean()
                                ? SIZES[random.nextInt(SIZES.length)]
                                : random.nextInt(20_000)];
        if (random.nextBoolean()) {
            random.nextBytes(content);
        }
        try (PosixFile file = folder.create(name, 0600)) {
            file.write(ByteBuffer.wrap(content));
            finish(file);
        }
    }

    /// Data and holes in turns, at the end either of them.
    private void sparse(Directory folder, ByteName name) throws IOException {
        try (PosixFile file = folder.create(name, 0600)) {
            long at = 0;
            int pieces = random.nextInt(30);
            for (int i = 0; i < pieces; i++) {
                at += 4_096L * (1 + random.nextInt(40));
                byte[] piece = new byte[4_096 * (1 + random.nextInt(2))];
                random.nextBytes(piece);
                file.writeAt(ByteBuffer.wrap(piece), at);
                at += piece.length;
            }
            if (random.nextBoolean()) {
                at += random.nextInt(3) == 0 ? 9L << 30 : 70_001;
            }
            file.truncate(at);
            finish(file);
        }
    }

    private void finish(PosixFile file) throws IOException {
        if (random.nextInt(4) == 0) {
            byte[] value = new byte[random.nextInt(200)];
            random.nextBytes(value);
            file.setXattr(ByteString.of("user.odd=%3D ü"), ByteString.of(value));
            file.setXattr(ByteString.of("user.plain"), ByteString.of("text"));
        }
        file.setMode(MODES[random.nextInt(MODES.length)]);
        if (random.nextInt(5) == 0) {
            file.setXattr(ACCESS_LIST, list());
        }
        file.setTimes(seconds(), nanos());
    }

    private void settle(Directory folder, int mode) throws IOException {
        if (random.nextInt(4) == 0) {
            folder.setXattr(ByteString.of("user.folder"), ByteString.of("x"));
        }
        if (random.nextInt(6) == 0) {
            folder.setXattr(DEFAULT_LIST, random.nextInt(3) == 0 ? plainList() : list());
        }
        folder.setMode(mode);
        if (random.nextInt(6) == 0) {
            folder.setXattr(ACCESS_LIST, list());
        }
        folder.setTimes(seconds(), nanos());
    }

    /// Owner, two users, group, one group, mask, others.
    private ByteString list() {
        return list(random);
    }

    /// Owner, group, others: as a default this says more than a mode does.
    private ByteString plainList() {
        return list(
                new int[][] {
                    {0x01, random.nextInt(8), -1},
                    {0x04, random.nextInt(8), -1},
                    {0x20, random.nextInt(8), -1}
                });
    }

    /// An access list.
    static ByteString list(Random random) {
        int[][] entries = {
            {0x01, random.nextInt(8), -1},
            {0x02, random.nextInt(8), 4_321},
            {0x02, random.nextInt(8), 70_000},
            {0x04, random.nextInt(8), -1},
            {0x08, random.nextInt(8), 8},
            {0x10, random.nextInt(8), -1},
            {0x20, random.nextInt(8), -1}
        };
        return list(entries);
    }

    private static ByteString list(int[][] entries) {
        ByteBuffer value =
                ByteBuffer.allocate(4 + 8 * entries.length).order(ByteOrder.LITTLE_ENDIAN);
        value.putInt(2);
        for (int[] entry : entries) {
            value.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
        }
        return ByteString.of(value.array());
    }

    private void symlink(Directory folder, ByteName name) throws IOException {
        ByteString target =
                switch (random.nextInt(9)) {
                    case 0 -> ByteString.of("nowhere");
                    case 1 -> ByteString.of("/etc/passwd");
                    case 2 -> ByteString.of("../../../../outside");
                    case 3 -> name.value();
                    case 4 -> ByteString.of(new byte[] {(byte) 0xff, (byte) 0xfe, '/', 'x'});
                    case 5 -> ByteString.of("t".repeat(101) + "/" + "u".repeat(900));
                    case 6 -> ByteString.of(".");
                    case 7 -> ByteString.of("a//b/./c/");
                    default -> ByteString.of("/home/demo/public_html");
                };
        folder.makeSymlink(name, target);
        folder.setTimes(name, seconds(), nanos());
    }

    private void chain(Directory folder, int depth) throws IOException {
        List<Directory> open = new ArrayList<>();
        Directory at = folder;
        for (int i = 0; i < depth; i++) {
            at = at.makeDirectory(ByteName.of("deep-" + i), 0755);
            open.add(at);
        }
        file(at, ByteName.of("bottom"));
        for (Directory each : open.reversed()) {
            each.setTimes(seconds(), nanos());
            each.close();
        }
    }

    private ByteName name() {
        String number = "-" + names++;
        return switch (random.nextInt(10)) {
            case 0 -> ByteName.of("ümläut 文件" + number);
            case 1 -> bytes(new byte[] {(byte) 0xff, (byte) 0xfe}, number);
            case 2 -> ByteName.of("line\nbreak\ttab" + number);
            case 3 -> ByteName.of("l".repeat(90 + random.nextInt(150)) + number);
            case 4 -> ByteName.of("-rf " + number + " ");
            case 5 -> ByteName.of("%41\\n\\" + number);
            case 6 ->
                    bytes(
                            ("é".repeat(60) + "\u00c3")
                                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                            number);
            case 7 -> ByteName.of("é".repeat(110) + number);
            default -> ByteName.of("file" + number);
        };
    }

    private static ByteName bytes(byte[] start, String rest) {
        return new ByteName(ByteString.of(start).concat(ByteString.of(rest)));
    }

    private long seconds() {
        long[] some = {0, 1, -1, -86_400_000, 1_700_000_000, 1_234_567_890, 4_102_444_800L};
        return some[random.nextInt(some.length)];
    }

    private int nanos() {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000);
    }
}
