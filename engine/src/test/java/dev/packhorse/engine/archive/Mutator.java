package dev.packhorse.engine.archive;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Damages tar streams as somebody would who knows the format: bits, fields, blocks, records. The
/// checksums of headers are mostly put right again, so that what lies behind them is reached.
final class Mutator {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int[][] FIELDS = {
        {0, 100},
        {100, 8},
        {108, 8},
        {116, 8},
        {124, 12},
        {136, 12},
        {157, 100},
        {257, 8},
        {345, 155},
        {386, 24},
        {482, 1},
        {483, 12}
    };
    private static final List<String> WORDS =
            List.of(
                    "../",
                    "/",
                    "//",
                    "./",
                    "\0",
                    "77777777777",
                    "-1",
                    "99999999999999999999",
                    " ",
                    "=",
                    "1e999",
                    "homedir",
                    "homedir.tar",
                    "cp",
                    "path=",
                    "size=",
                    "GNU.sparse.",
                    "%");
    private static final byte[] TYPES = {
        '0', '1', '2', '3', '4', '5', '6', '7', 'L', 'K', 'x', 'g', 'S', 'D', 'M', 'V', 0, 'X', 'N'
    };

    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    byte[] mutate(byte[] tar) {
        byte[] changed = tar.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && changed.length >= BLOCK; i++) {
            changed = one(changed);
        }
        return changed;
    }

    private byte[] one(byte[] tar) {
        int block = random.nextInt(tar.length / BLOCK) * BLOCK;
        return switch (random.nextInt(9)) {
            case 0 -> {
                tar[random.nextInt(tar.length)] ^= (byte) (1 << random.nextInt(8));
                yield tar;
            }
            case 1, 2 -> field(tar, block);
            case 3 -> {
                tar[block + TYPE] = TYPES[random.nextInt(TYPES.length)];
                yield signed(tar, block);
            }
            case 4 -> word(tar, block);
            case 5 -> Arrays.copyOf(tar, random.nextInt(tar.length));
            case 6 -> moved(tar, block);
            case 7 -> without(tar, block);
            default -> {
                Arrays.fill(tar, block, block + BLOCK, (byte) 0);
                yield tar;
            }
        };
    }

    private byte[] field(byte[] tar, int block) {
        int[] field = FIELDS[random.nextInt(FIELDS.length)];
        byte[] noise = new byte[field[1]];
        switch (random.nextInt(5)) {
            case 0 -> random.nextBytes(noise);
            case 1 -> Arrays.fill(noise, (byte) '7');
            case 2 -> noise[0] = (byte) 0x80;
            case 3 -> Arrays.fill(noise, (byte) 0xff);
            default -> {
                // zeros
            }
        }
        System.arraycopy(noise, 0, tar, block + field[0], noise.length);
        return signed(tar, block);
    }

    private byte[] word(byte[] tar, int block) {
        byte[] word =
                WORDS.get(random.nextInt(WORDS.size()))
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        System.arraycopy(word, 0, tar, block + random.nextInt(BLOCK - word.length), word.length);
        return random.nextBoolean() ? signed(tar, block) : tar;
    }

    /// A block once more, or in another's place.
    private byte[] moved(byte[] tar, int block) {
        int to = random.nextInt(tar.length / BLOCK) * BLOCK;
        if (random.nextBoolean()) {
            System.arraycopy(tar, block, tar, to, BLOCK);
            return tar;
        }
        byte[] longer = new byte[tar.length + BLOCK];
        System.arraycopy(tar, 0, longer, 0, to);
        System.arraycopy(tar, block, longer, to, BLOCK);
        System.arraycopy(tar, to, longer, to + BLOCK, tar.length - to);
        return longer;
    }

    private static byte[] without(byte[] tar, int block) {
        byte[] shorter = new byte[tar.length - BLOCK];
        System.arraycopy(tar, 0, shorter, 0, block);
        System.arraycopy(tar, block + BLOCK, shorter, block, tar.length - block - BLOCK);
        return shorter;
    }

    private static byte[] signed(byte[] tar, int block) {
        byte[] header = Arrays.copyOfRange(tar, block, block + BLOCK);
        TarBuilder.sign(header);
        System.arraycopy(header, CHECKSUM, tar, block + CHECKSUM, 8);
        return tar;
    }
}
