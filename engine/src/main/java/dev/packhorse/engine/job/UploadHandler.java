package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// Copies one archive and its manifest to a destination. The restore point enters the catalog only
/// after both were read back and have the digests that were sent.
public final class UploadHandler implements JobHandler {
    private final ServerBackups backups;
    private final DestinationStore destinations;
    private final TransportOpener opener;
    private final InstantSource clock;
    private final String node;

    public UploadHandler(
            ServerBackups backups,
            DestinationStore destinations,
            TransportOpener opener,
            InstantSource clock,
            String node) {
        this.backups = backups;
        this.destinations = destinations;
        this.opener = opener;
        this.clock = clock;
        this.node = node;
    }

    @Override
    public JobKind kind() {
        return JobKind.UPLOAD;
    }

    @Override
    public Ended run(JobContext context) throws IOException {
        UploadArguments arguments =
                JobJson.read(context.lease().job().request().arguments(), UploadArguments.class);
        DestinationId id = new DestinationId(arguments.destination());
        Optional<Destination> destination = destinations.find(id);
        if (destination.isEmpty() || destination.get().disabled()) {
            String why = destination.isEmpty() ? "is not there any more" : "is disabled";
            return Ended.with(new JobOutcome.Failed("{}", "destination " + id + " " + why));
        }
        ObjectKey archive = new ObjectKey(arguments.archive());
        BackupDirectory directory = backups.directory();
        Path file = directory.place(archive);
        if (!Files.exists(file)) {
            return Ended.with(
                    new JobOutcome.Failed(
                            "{}", "the archive " + archive + " is not there any more"));
        }
        ObjectKey manifest = BackupDirectory.manifestKey(archive);
        try (Transport transport = opener.open(destination.get())) {
            store(
                    transport,
                    manifest,
                    FileContent.of(directory.place(manifest)),
                    context.cancellation());
            Content content = new FileContent(file, arguments.sizeBytes(), arguments.sha256());
            store(transport, archive, content, context.cancellation());
        }
        RestorePoint point =
                new RestorePoint(
                        new AccountName(arguments.account()),
                        id,
                        arguments.tier(),
                        LocalDate.parse(arguments.date()),
                        archive,
                        arguments.sizeBytes(),
                        arguments.sha256(),
                        clock.instant(),
                        node);
        return new Ended(new JobOutcome.Succeeded("{}"), new FollowUp(List.of(point), List.of()));
    }

    private static void store(
            Transport transport, ObjectKey key, Content content, Cancellation cancellation)
            throws IOException {
        transport.put(key, content, PutMode.REPLACE, cancellation);
        String found = transport.read(key, ByteRange.ALL, Sha256::of, cancellation);
        if (!found.equals(content.sha256())) {
            throw new TransportException(
                    Kind.CORRUPT, "put " + key + ": what is stored is not what was sent");
        }
    }
}
