package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveJudge;
import dev.packhorse.engine.archive.ArchiveLimits;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.CpmoveWriter;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.archive.PackAids;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Writes and opens archive files for tests, with the writer and the judge of the product.
public final class TestArchive {
    /// When the packed metadata claims to be from.
    public static final long TIME = 1_700_000_000L;

    private TestArchive() {}

    /// Puts members into an archive.
    @FunctionalInterface
    public interface Packer {
        void pack(ArchiveSink sink) throws IOException, ComponentException;
    }

    /// Writes a plain tar.
    public static void write(Path file, String account, Packer packer)
            throws IOException, ComponentException {
        write(file, account, Identity.ofProcess(), packer);
    }

    /// Writes a plain tar with workers that have an account's rights.
    public static void write(Path file, String account, Identity identity, Packer packer)
            throws IOException, ComponentException {
        try (FileChannel channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE);
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                channel,
                                ByteName.of("cpmove-" + account),
                                TIME,
                                new Packing.Plain(),
                                new PackAids(
                                        (work, refused) ->
                                                AccountThread.unstarted(identity, work, refused),
                                        Optional.empty(),
                                        Optional.empty()),
                                Cancellation.never())) {
            packer.pack(writer);
            writer.finish();
        }
    }

    /// Judges an archive of this server and opens it.
    public static JudgedArchive open(Path file, Path staging) throws IOException {
        return open(file, staging, ArchiveTrust.PROVEN);
    }

    public static JudgedArchive open(Path file, Path staging, ArchiveTrust trust)
            throws IOException {
        Path folder = Files.createTempDirectory(staging, "judged");
        return new ArchiveJudge(ArchiveLimits.OWN, trust).judge(file, folder, Cancellation.never());
    }
}
