package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Writes homes for tests, with the rights of the calling thread.
final class OddHome {
    private static final Random RANDOM = new Random(42);

    private OddHome() {}

    /// Everything that a home can hold and an archive must bring back.
    static void write(Directory home) throws IOException {
        file(home, ByteName.of("plain.txt"), 0644, "hello\n");
        file(home, ByteName.of("empty"), 0600, "");
        file(home, ByteName.of("setuid"), 04755, "#!/bin/sh\n");
        file(home, ByteName.of("closed"), 0000, "nobody may read me\n");
        file(home, bytes(0xff, 0xfe, 'x'), 0644, "bytes that are no text\n");
        file(home, ByteName.of("a\nb \"quoted\" % é"), 0644, "odd\n");
        file(home, ByteName.of("n".repeat(255)), 0644, "long\n");
        big(home, ByteName.of("big.bin"), 700_001);
        sparse(home, ByteName.of("sparse.img"));
        hole(home, ByteName.of("hole.img"));
        try (Directory folder = home.makeDirectory(ByteName.of("public_html"), 0750)) {
            file(folder, ByteName.of("index.php"), 0644, "<?php\n");
            folder.makeHardLink(home, ByteName.of("plain.txt"), ByteName.of("again.txt"));
            folder.makeSymlink(ByteName.of("up"), ByteString.of("../plain.txt"));
            folder.makeSymlink(ByteName.of("loop"), ByteString.of("loop"));
            folder.makeSymlink(ByteName.of("away"), ByteString.of("/etc/hostname"));
            folder.setTimes(ByteName.of("up"), 1_111_111_111L, 5);
            try (Directory inner = folder.makeDirectory(ByteName.of("read-only"), 0700)) {
                file(inner, ByteName.of("f"), 0400, "f");
                inner.setMode(0555);
                inner.setTimes(-86_400, 123_456_789);
            }
            folder.makeDirectory(ByteName.of("sticky"), 01777).close();
            xattr(folder);
            folder.setTimes(1_234_567_890L, 987_654_321);
        }
        try (Directory shut = home.makeDirectory(ByteName.of("shut"), 0700)) {
            file(shut, ByteName.of("inside"), 0644, "inside\n");
            shut.makeDirectory(ByteName.of("deeper"), 0755).close();
            shut.setMode(0000);
        }
        home.makeDirectory(ByteName.of("empty-folder"), 0755).close();
        home.setTimes(1_600_000_000L, 1);
    }

    static ByteName bytes(int... values) {
        byte[] name = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            name[i] = (byte) values[i];
        }
        return new ByteName(ByteString.of(name));
    }

    static void file(Directory folder, ByteName name, int mode, String content) throws IOException {
        try (PosixFile file = folder.create(name, 0600)) {
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            file.setMode(mode);
            file.setTimes(1_500_000_000L + content.length(), 111_222_333);
        }
    }

    static void big(Directory folder, ByteName name, int size) throws IOException {
        byte[] content = new byte[size];
        RANDOM.nextBytes(content);
        try (PosixFile file = folder.create(name, 0640)) {
            file.write(ByteBuffer.wrap(content));
        }
    }

    private static void sparse(Directory folder, ByteName name) throws IOException {
        try (PosixFile file = folder.create(name, 0644)) {
            file.writeAt(ByteBuffer.wrap("head".getBytes(StandardCharsets.UTF_8)), 0);
            file.writeAt(ByteBuffer.wrap("middle".getBytes(StandardCharsets.UTF_8)), 40L << 20);
            file.truncate((80L << 20) + 3);
        }
    }

    private static void hole(Directory folder, ByteName name) throws IOException {
        try (PosixFile file = folder.create(name, 0644)) {
            file.truncate(30L << 20);
        }
    }

    private static void xattr(Directory folder) throws IOException {
        try {
            folder.setXattr(ByteString.of("user.comment"), ByteString.of("kept"));
        } catch (PosixException e) {
            if (!e.is(Errno.ENOTSUP)) {
                throw e;
            }
        }
    }
}
