package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Packs made-up trees into archive files.
final class ArchiveBuilding {
    static final long TIME = 1_764_000_000;

    private ArchiveBuilding() {}

    /// Packs a tree as the account `demo`'s.
    static PackedArchive pack(Path file, Packing packing, List<RandomTree.Item> items)
            throws IOException {
        return pack(file, packing, items, PackAids.none());
    }

    static PackedArchive pack(
            Path file, Packing packing, List<RandomTree.Item> items, PackAids aids)
            throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                channel,
                                ByteName.of("cpmove-demo"),
                                TIME,
                                packing,
                                aids,
                                Cancellation.never())) {
            writer.addText("cp/demo", 0600, "USER=demo\nDNS=demo.example\n");
            writer.addFolder("mysql", 0700);
            for (RandomTree.Item item : items) {
                if (item.entry() instanceof ArchiveEntry.RegularFile regular) {
                    writer.add(regular, body(item.content()));
                } else {
                    writer.add(item.entry());
                }
            }
            return writer.finish();
        }
    }

    /// A body that gives its bytes in uneven pieces.
    static EntryBody body(ByteString content) {
        ByteBuffer bytes = ByteBuffer.wrap(content.toBytes());
        return target -> {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(Math.min(bytes.remaining(), target.remaining()), 7_001);
            target.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        };
    }
}
