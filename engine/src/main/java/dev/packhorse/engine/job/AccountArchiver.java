package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.CpmoveWriter;
import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.PackAids;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.gzip.WorkerThreads;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Packs one account into one archive file.
final class AccountArchiver {
    private final AccountPacker packer;
    private final PackingHooks hooks;

    AccountArchiver(AccountPacker packer, PackingHooks hooks) {
        this.packer = packer;
        this.hooks = hooks;
    }

    /// The finished archive and what each module says of its part.
    record Archived(PackedArchive archive, Map<String, PackReport> reports) {}

    /// Packs; the target holds a whole archive once this returns, and is the caller's to sync and
    /// publish.
    ///
    /// @param index receives the side index; empty for none
    /// @param earlier an earlier archive of the account to take unchanged parts from
    /// @param topFolder the archive's name without its suffix
    /// @param metadataTime the time that members of ours carry
    /// @param progress takes members and bytes so far
    Archived archive(
            PackContext context,
            WritableByteChannel target,
            Optional<WritableByteChannel> index,
            Optional<EarlierArchive> earlier,
            String topFolder,
            long metadataTime,
            Packing packing,
            BiConsumer<Long, Long> progress)
            throws ComponentException, IOException {
        try (CpmoveWriter writer =
                CpmoveWriter.open(
                        target,
                        ByteName.of(topFolder),
                        metadataTime,
                        packing,
                        new PackAids(workers(context.account()), index, earlier),
                        context.cancellation())) {
            Map<String, PackReport> reports =
                    packer.pack(context, new ProgressSink(writer, progress));
            Archived archived = new Archived(writer.finish(), reports);
            hooks.postFinalize();
            return archived;
        }
    }

    /// Threads that read the account's files with its rights. An account that is root's own has no
    /// files that are packed, and needs none.
    private static WorkerThreads workers(Account account) {
        Identity identity = new Identity(account.uid(), account.gid());
        return account.uid() == 0 || account.gid() == 0
                ? WorkerThreads.named("packer")
                : (work, refused) -> AccountThread.unstarted(identity, work, refused);
    }
}
