package dev.packhorse.engine.demo;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/// Content that depends on a seed text alone and packs about as well as real content of its kind.
final class DemoText {
    private static final String[] WORDS =
            """
            account add archive array block cache class color content count data date default echo \
            else error field file filter foreach form function group header height home hook image \
            index item key label length link list load login mail media menu meta name network null \
            option order page parent path plugin post price public query quote render request return \
            role save search select session setting site size sort status string style table tag \
            template term text theme time title token type update upload url user value version view \
            widget width write café über naïve señor\
            """
                    .split(" ", -1);

    private final SplittableRandom random;

    private DemoText(SplittableRandom random) {
        this.random = random;
    }

    static DemoText seeded(String seed) {
        return new DemoText(new SplittableRandom(hash(seed)));
    }

    /// A number that depends on the text alone.
    static long hash(String text) {
        CRC32 checksum = new CRC32();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }

    /// Sentences of about so many characters, with line breaks.
    String prose(int length) {
        StringBuilder text = new StringBuilder(length + 80);
        int lineStart = 0;
        while (text.length() < length) {
            text.append(word());
            if (text.length() - lineStart > 72) {
                text.append(".\n");
                lineStart = text.length();
            } else {
                text.append(' ');
            }
        }
        return text.append('\n').toString();
    }

    /// Something like a PHP file of about so many characters.
    String php(int length) {
        StringBuilder text = new StringBuilder("<?php\n");
        while (text.length() < length) {
            text.append("function ").append(word()).append('_').append(word());
            text.append("( $").append(word()).append(" ) {\n");
            for (int i = random.nextInt(2, 9); i > 0; i--) {
                text.append("\t$").append(word()).append(" = get_").append(word());
                text.append("( '").append(word()).append("', ").append(random.nextInt(1_000));
                text.append(" );\n");
            }
            text.append("\treturn $").append(word()).append(";\n}\n\n");
        }
        return text.toString();
    }

    /// A picture's beginning and then bytes that do not compress.
    byte[] jpeg(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        byte[] head = {
            (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F'
        };
        System.arraycopy(head, 0, bytes, 0, Math.min(head.length, length));
        return bytes;
    }

    private String word() {
        int first = random.nextInt(WORDS.length);
        return WORDS[Math.min(first, random.nextInt(WORDS.length))];
    }
}
