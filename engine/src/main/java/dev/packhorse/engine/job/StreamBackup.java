package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Packs an account straight into an upload. The archive is proven at the destination as every
/// upload is; its index and manifest follow it, since they tell its digest. Until the manifest is
/// there the archive would be restored as a stranger's, and the catalog does not know it. What
/// fails leaves nothing.
final class StreamBackup {
    private final PackingPlant plant;
    private final PackingHooks hooks;
    private final String label;
    private final StreamTarget target;
    private final UploadHandler.Watching watching;

    /// @param label what somebody calls the backup, empty for nothing
    StreamBackup(
            PackingPlant plant,
            PackingHooks hooks,
            String label,
            StreamTarget target,
            UploadHandler.Watching watching) {
        this.plant = plant;
        this.hooks = hooks;
        this.label = label;
        this.target = target;
        this.watching = watching;
    }

    /// Packs, stores and proves.
    ///
    /// @param indexed whether with a side index
    /// @param progress takes members and bytes so far
    /// @throws ComponentException if a module could not pack its data
    /// @throws IOException if the archive cannot be made or stored, or the run was cancelled
    AccountArchiver.Archived run(
            PackContext context, Packing packing, boolean indexed, BiConsumer<Long, Long> progress)
            throws ComponentException, IOException {
        long began = System.nanoTime();
        try (WorkFolder work = plant.staging().newFolder()) {
            Path index = work.path().resolve("archive" + BackupDirectory.INDEX_SUFFIX);
            AccountArchiver.Archived archived;
            try (FileChannel channel =
                    FileChannel.open(
                            index,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            BackupDirectory.FILE_MODE)) {
                archived =
                        stream(
                                new Packer(
                                        context,
                                        packing,
                                        indexed ? Optional.of(channel) : Optional.empty(),
                                        progress));
            }
            complete(context, archived, index);
            watching.arrived(
                    target.destination().id(),
                    archived.archive().sizeBytes(),
                    System.nanoTime() - began);
            return archived;
        } catch (TransportException e) {
            watching.failed(target.destination(), e, plant.clock().instant());
            throw e;
        }
    }

    private AccountArchiver.Archived stream(Packer packer) throws ComponentException, IOException {
        StreamedObject stored;
        try {
            stored =
                    target.transport()
                            .putStreamed(
                                    target.archive(),
                                    packer,
                                    PutMode.CREATE,
                                    target.journal(),
                                    packer.context.cancellation());
        } catch (TransportException e) {
            if (e.getCause() instanceof SourceException) {
                packer.throwOwn();
            }
            throw e;
        }
        AccountArchiver.Archived archived = packer.archived();
        if (!stored.sha256().equals(archived.archive().sha256())
                || stored.info().sizeBytes() != archived.archive().sizeBytes()) {
            TransportException failure = corrupt("what was stored is not what was packed");
            takeBack(failure);
            throw failure;
        }
        return archived;
    }

    private TransportException corrupt(String what) {
        return new TransportException(Kind.CORRUPT, "put " + target.archive() + ": " + what);
    }

    private void complete(PackContext context, AccountArchiver.Archived archived, Path index)
            throws IOException {
        try {
            prove(context, archived);
            if (Files.size(index) > 0) {
                store(context, BackupDirectory.indexKey(target.archive()), FileContent.of(index));
            }
            AccountName account = context.account().name();
            byte[] manifest = plant.manifest(account, target.archive().name(), label, archived);
            store(
                    context,
                    BackupDirectory.manifestKey(target.archive()),
                    new SmallContent(manifest));
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
    }

    private void prove(PackContext context, AccountArchiver.Archived archived) throws IOException {
        Transport transport = target.transport();
        ReadBack stored =
                new ReadBack(
                        transport,
                        target.archive(),
                        archived.archive().sizeBytes(),
                        context.cancellation());
        if (!transport.traits().provesArrival()
                && !stored.has(archived.archive().sha256(), ReadBack.Progress.NONE)) {
            throw corrupt("what is stored is not what was sent");
        }
    }

    private void store(PackContext context, ObjectKey key, Content content) throws IOException {
        new JournaledPuts(
                        target.journals(),
                        target.destination().id(),
                        target.transport(),
                        context.cancellation())
                .store(key, content);
    }

    /// An archive that is not proven, or lacks its manifest, does not stay.
    private void takeBack(IOException failure) {
        for (ObjectKey key :
                List.of(
                        target.archive(),
                        BackupDirectory.indexKey(target.archive()),
                        BackupDirectory.manifestKey(target.archive()))) {
            try {
                target.transport().delete(key);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /// Writes the archive to the destination, and keeps what went wrong here, which the destination
    /// can only pass on.
    private final class Packer implements ContentWriter {
        private final PackContext context;
        private final Packing packing;
        private final Optional<WritableByteChannel> index;
        private final BiConsumer<Long, Long> progress;
        private AccountArchiver.@Nullable Archived archived;
        private @Nullable Exception own;

        Packer(
                PackContext context,
                Packing packing,
                Optional<WritableByteChannel> index,
                BiConsumer<Long, Long> progress) {
            this.context = context;
            this.packing = packing;
            this.index = index;
            this.progress = progress;
        }

        @Override
        public void writeTo(OutputStream bytes) throws IOException {
            try {
                archived =
                        plant.archiver(hooks)
                                .archive(
                                        context,
                                        new StreamChannel(bytes),
                                        index,
                                        Optional.empty(),
                                        context.account().name().value(),
                                        plant.clock().instant().getEpochSecond(),
                                        packing,
                                        progress);
            } catch (ComponentException e) {
                own = e;
                throw new IOException(e.getMessage(), e);
            } catch (IOException | RuntimeException e) {
                own = e;
                throw e;
            }
        }

        AccountArchiver.Archived archived() {
            if (archived == null) {
                throw new IllegalStateException("an archive was stored that was not packed");
            }
            return archived;
        }

        void throwOwn() throws ComponentException, IOException {
            switch (own) {
                case ComponentException e -> throw e;
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {}
            }
        }
    }
}
