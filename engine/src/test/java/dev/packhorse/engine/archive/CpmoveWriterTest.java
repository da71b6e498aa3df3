package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CpmoveWriterTest {
    private final ByteArrayOutputStream target = new ByteArrayOutputStream();

    private CpmoveWriter open(Cancellation cancellation) throws IOException {
        return CpmoveWriter.open(
                Channels.newChannel(target),
                ByteName.of("cpmove-demo"),
                1_000,
                new Packing.Plain(),
                cancellation);
    }

    private static ArchiveEntry.RegularFile file(String path, long size) {
        return ArchiveEntry.RegularFile.of(BytePath.of(path), Attributes.ofRoot(0600, 1_000), size);
    }

    private List<String> members() throws IOException {
        TarReader reader =
                new TarReader(new ByteArrayInputStream(target.toByteArray()), ArchiveLimits.OWN);
        List<String> members = new ArrayList<>();
        for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
            byte[] content = reader.content().readAllBytes();
            members.add(next.get().name() + " " + ByteString.of(content).display());
        }
        return members;
    }

    @Test
    void parentsComeFirstAndFoldersOnce() throws IOException {
        try (CpmoveWriter writer = open(Cancellation.never())) {
            writer.addText("apache_tls/demo.example/combined", 0600, "x");
            writer.addFolder("apache_tls", 0755);
            writer.addFolder("empty", 0700);
            writer.addFolder("empty", 0700);
            assertThat(writer.finish().totals()).isEqualTo(new ArchiveTotals(1, 4, 0, 1));
        }
        assertThat(members())
                .containsExactly(
                        "cpmove-demo/ ",
                        "cpmove-demo/apache_tls/ ",
                        "cpmove-demo/apache_tls/demo.example/ ",
                        "cpmove-demo/apache_tls/demo.example/combined x",
                        "cpmove-demo/empty/ ");
        assertThat(target.size() % 10_240).isZero();
    }

    @Test
    void aShortBodyIsFilledUpWithZeros() throws IOException {
        try (CpmoveWriter writer = open(Cancellation.never())) {
            assertThat(writer.add(file("a", 4), ArchiveBuilding.body(ByteString.of("ab"))))
                    .isEqualTo(2);
            assertThat(writer.add(file("b", 2), ArchiveBuilding.body(ByteString.of("abcdef"))))
                    .isEqualTo(2);
            writer.finish();
        }
        assertThat(members())
                .containsExactly("cpmove-demo/ ", "cpmove-demo/a ab%00%00", "cpmove-demo/b ab");
    }

    @Test
    void aFailingBodyLeavesAValidArchive() throws IOException {
        IOException failure = new IOException("input/output error");
        try (CpmoveWriter writer = open(Cancellation.never())) {
            assertThatThrownBy(() ->
                            writer.add(
                                    file("a", 3),
                                    target -> {
                                        throw failure;
                                    }))
                    .isSameAs(failure);
            writer.addText("b", 0600, "b");
            writer.finish();
        }
        assertThat(members())
                .containsExactly("cpmove-demo/ ", "cpmove-demo/a %00%00%00", "cpmove-demo/b b");
    }

    @Test
    void aCancelledArchiveCannotBeFinished() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        try (CpmoveWriter writer = open(cancellation)) {
            assertThatThrownBy(() ->
                            writer.add(
                                    file("a", 1L << 40),
                                    target -> {
                                        cancellation.request();
                                        target.put((byte) 1);
                                        return 1;
                                    }))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(writer::finish)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("archive writer is broken");
        }
    }

    @Test
    void aFailingTargetCannotBeFinished() throws IOException {
        CpmoveWriter writer =
                CpmoveWriter.open(
                        Channels.newChannel(new Full()),
                        ByteName.of("cpmove-demo"),
                        0,
                        new Packing.Plain(),
                        Cancellation.never());
        try (writer) {
            assertThatThrownBy(
                            () -> {
                                writer.add(file("a", 1 << 20), _ -> -1);
                                writer.settle();
                            })
                    .hasMessage("no space left on device");
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void attributesThatNoHeaderCanHoldAreRefusedBeforeAnythingIsWritten() throws IOException {
        Attributes large =
                new Attributes(
                        0600,
                        0,
                        0,
                        0,
                        0,
                        Map.of(ByteString.of("user.x"), ByteString.of(new byte[1 << 20])));
        try (CpmoveWriter writer = open(Cancellation.never())) {
            assertThatThrownBy(() ->
                            writer.add(
                                    ArchiveEntry.RegularFile.of(BytePath.of("homedir/a"), large, 1),
                                    _ -> -1))
                    .isInstanceOf(ArchiveException.class)
                    .hasMessageStartingWith("homedir/a: extended attributes are too large");
            writer.addText("b", 0600, "b");
            writer.finish();
        }
        assertThat(members()).containsExactly("cpmove-demo/ ", "cpmove-demo/b b");
    }

    @Test
    void wrongUseIsTold() throws IOException {
        try (CpmoveWriter writer = open(Cancellation.never())) {
            assertThatThrownBy(() -> writer.add((ArchiveEntry) file("a", 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            ArchiveEntry.RegularFile beyond =
                    new ArchiveEntry.RegularFile(
                            BytePath.of("a"),
                            Attributes.ofRoot(0600, 0),
                            10,
                            List.of(new DataRegion(5, 10)));
            assertThatThrownBy(() -> writer.add(beyond, _ -> -1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("beyond the file's size");
            writer.finish();
            assertThatThrownBy(() -> writer.addText("a", 0600, "x"))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static final class Full extends java.io.OutputStream {
        @Override
        public void write(int value) throws IOException {
            throw new IOException("no space left on device");
        }
    }
}
