package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes a complete file the object of its key, by one change of its properties, and then removes
/// those that it takes the place of. Until they are removed the one that was published last counts.
///
/// @param root the mark of the destination
record GdrivePublication(
        DriveClient client,
        DriveFolders folders,
        String root,
        ObjectKey key,
        Content content,
        PutMode mode) {
    /// Looks before anything is sent.
    ///
    /// @throws TransportException `EXISTS` for a taken key under [PutMode#CREATE]
    void requireFreeKey() throws TransportException, CancelledException {
        if (mode == PutMode.CREATE) {
            older("");
        }
    }

    /// The objects that have the key, but for one.
    private List<DriveFile> older(String but) throws TransportException, CancelledException {
        List<DriveFile> older = new ArrayList<>(new DriveFiles(client).copies(root, key));
        older.removeIf(file -> file.id().equals(but));
        if (mode == PutMode.CREATE && !older.isEmpty()) {
            throw client.failed(Kind.EXISTS, "it exists already");
        }
        return older;
    }

    ObjectInfo run(DriveFile file) throws TransportException, CancelledException {
        List<DriveFile> older = older(file.id());
        DriveFile published;
        try {
            published =
                    new DriveFiles(client)
                            .publish(
                                    file.id(),
                                    key.name(),
                                    DriveFile.ofObject(
                                            root,
                                            key,
                                            content.sha256(),
                                            DriveFile.turnAfter(older)));
        } catch (CancelledException e) {
            published = afterAll(file, e).orElseThrow(() -> e);
        } catch (TransportException e) {
            published = afterAll(file, e).orElseThrow(() -> e);
        }
        if (!isPublished(published)) {
            folders.forget();
            throw client.failed(Kind.UNAVAILABLE, "the service does not have what it published");
        }
        client.recent().publish(key, published.id());
        removeAll(older);
        return published.info(key);
    }

    private boolean isPublished(DriveFile file) {
        return file.isObjectOf(root, key) && file.sizeBytes() == content.sizeBytes();
    }

    /// The object, if it was published although there is no answer that says so.
    private Optional<DriveFile> afterAll(DriveFile file, IOException failure) {
        try {
            return new DriveFiles(client.tidying()).byId(file.id()).filter(this::isPublished);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return Optional.empty();
        }
    }

    /// Does what an earlier try, which published the object, may have left undone.
    ObjectInfo finish(DriveFile published) throws TransportException, CancelledException {
        List<DriveFile> older = new ArrayList<>();
        for (DriveFile copy : new DriveFiles(client).copies(root, key)) {
            if (DriveFile.AGE.compare(copy, published) < 0) {
                older.add(copy);
            }
        }
        removeAll(mode == PutMode.REPLACE ? older : List.of());
        return published.info(key);
    }

    /// The object is published: a cancellation comes too late now.
    private void removeAll(List<DriveFile> older) throws TransportException, CancelledException {
        DriveFiles files = new DriveFiles(client.tidying());
        for (DriveFile file : older) {
            files.delete(file.id());
        }
    }
}
