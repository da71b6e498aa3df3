package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorLeakTest {
    private static final ByteName FILE = ByteName.of("file");
    private static final ByteName SUB = ByteName.of("sub");
    private static final ByteName LINK = ByteName.of("link");
    private static final ByteName ABSENT = ByteName.of("absent");

    @TempDir(factory = FastFolder.class)
    private Path folder;

    @BeforeEach
    void makeTree() throws IOException {
        Files.createDirectories(folder.resolve("sub/deep"));
        Files.createFile(folder.resolve("file"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("sub"));
    }

    @Test
    void tenThousandOperationsLeaveNoDescriptorOpen() throws IOException {
        operations(1);
        long before = openDescriptors();
        operations(600);
        // The JVM itself may open one or two; a leak would be at least six hundred.
        assertThat(openDescriptors()).isBetween(before - 20, before + 20);
    }

    private void operations(int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            try (Directory directory = Directory.openTrusted(folder)) {
                succeed(directory);
                fail(() -> directory.open(LINK));
                fail(() -> directory.open(ABSENT));
                fail(() -> directory.openForReading(SUB));
                fail(() -> directory.create(FILE, 0600));
                fail(() -> directory.makeDirectory(SUB, 0700));
                fail(() -> directory.openBeneath(BytePath.of("link/deep")));
                fail(() -> Opening.nameByName(directory.descriptor(), BytePath.of("sub/x")));
            }
        }
    }

    private static void succeed(Directory directory) throws IOException {
        try (Directory deep = directory.openBeneath(BytePath.of("sub/deep"));
                Directory twin = deep.duplicate();
                Directory made = twin.makeDirectory(SUB, 0700);
                PosixFile file = made.create(FILE, 0600)) {
            file.write(ByteBuffer.wrap(new byte[10]));
            made.openForReading(FILE).close();
            assertThat(made.list()).containsExactly(FILE);
        }
        Descriptor parent = directory.descriptor();
        Opening.nameByName(parent, BytePath.of("sub/deep")).close();
        directory.removeTree(SUB);
        try (Directory sub = directory.makeDirectory(SUB, 0700)) {
            sub.makeDirectory(ByteName.of("deep"), 0700).close();
        }
    }

    private static void fail(ThrowingCallable call) {
        assertThatExceptionOfType(PosixException.class).isThrownBy(call);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
