package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.gdrive.UploadSession.Progress;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One put: what an earlier try left, sending, checking, publishing, and the tidying up when it
/// fails. A file under way has an id of its own from the start, so every doubt is resolved by
/// looking for that id.
final class GdriveUpload {
    private final DriveClient client;
    private final DriveFiles files;
    private final DriveFolders folders;
    private final ObjectKey key;
    private final Content content;
    private final PutMode mode;
    private final UploadJournal journal;
    private @Nullable GdriveUploadState state;

    GdriveUpload(
            DriveClient client,
            DriveFolders folders,
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal) {
        this.client = client;
        this.files = new DriveFiles(client);
        this.folders = folders;
        this.key = key;
        this.content = content;
        this.mode = mode;
        this.journal = journal;
    }

    ObjectInfo run() throws TransportException, CancelledException {
        try {
            return attempt();
        } catch (CancelledException e) {
            giveUp(e, true);
            throw e;
        } catch (TransportException e) {
            // A quota may be raised.
            giveUp(e, e.kind().retryable() || e.kind() == Kind.FULL);
            throw e;
        }
    }

    private ObjectInfo attempt() throws TransportException, CancelledException {
        String root = folders.mark();
        GdrivePublication publication =
                new GdrivePublication(client, folders, root, key, content, mode);
        Optional<GdriveUploadState> earlier = ofThisContent(root);
        if (earlier.isPresent()) {
            Optional<DriveFile> file = files.byId(earlier.get().file());
            if (file.isPresent() && file.get().isObjectOf(root, key)) {
                ObjectInfo info = publication.finish(file.get());
                clear();
                return info;
            }
            Progress progress = progress(earlier.get(), file, root);
            if (!(progress instanceof Progress.Gone)) {
                return complete(publication, earlier.get(), progress);
            }
            remove(client.tidying(), earlier.get());
            clear();
        }
        publication.requireFreeKey();
        return complete(publication, begin(root), new Progress.Arrived(0));
    }

    private Progress progress(GdriveUploadState earlier, Optional<DriveFile> file, String root)
            throws TransportException, CancelledException {
        if (file.isPresent()) {
            boolean usable = file.get().isUploadOf(root) && !file.get().trashed();
            return usable ? new Progress.Complete() : new Progress.Gone();
        }
        return session(client, earlier).ask();
    }

    private static UploadSession session(DriveClient client, GdriveUploadState state)
            throws TransportException {
        return UploadSession.at(client, state.session().toString(), state.sizeBytes());
    }

    private ObjectInfo complete(
            GdrivePublication publication, GdriveUploadState current, Progress progress)
            throws TransportException, CancelledException {
        DriveFile file;
        try {
            file =
                    new GdriveSending(
                                    client, key, content, session(client, current), current.file())
                            .run(progress);
        } catch (GdriveSending.Worthless e) {
            remove(client.tidying(), current);
            clear();
            throw new TransportException(
                    Kind.UNAVAILABLE, client.operation() + ": " + e.getMessage(), e);
        }
        ObjectInfo info = publication.run(file);
        clear();
        return info;
    }

    private GdriveUploadState begin(String root) throws TransportException, CancelledException {
        String id = files.freshId();
        String parent = folders.parentOf(client, key);
        UploadSession session;
        try {
            session =
                    UploadSession.begin(
                            client, DriveFile.upload(id, parent, root), content.sizeBytes());
        } catch (TransportException e) {
            if (e.kind() != Kind.MISSING) {
                throw e;
            }
            folders.forget();
            throw new TransportException(
                    Kind.UNAVAILABLE, client.operation() + ": its folder is gone", e);
        }
        GdriveUploadState begun =
                new GdriveUploadState(
                        root,
                        key.value(),
                        id,
                        session.address(),
                        content.sizeBytes(),
                        content.sha256());
        state = begun;
        try {
            journal.record(begun.recorded());
        } catch (IOException e) {
            throw unusable(e);
        }
        return begun;
    }

    /// What the journal holds of this content; what it holds of another one is taken back.
    private Optional<GdriveUploadState> ofThisContent(String root)
            throws TransportException, CancelledException {
        Optional<GdriveUploadState> found;
        try {
            found = journal.recorded().flatMap(GdriveUploadState::of);
        } catch (IOException e) {
            throw unusable(e);
        }
        if (found.isEmpty()) {
            return found;
        }
        state = found.get();
        if (found.get().isOf(root, key, content)) {
            return found;
        }
        remove(client.tidying(), found.get());
        clear();
        return Optional.empty();
    }

    /// What arrived stays for the next try if there can be one. What could not be removed stays
    /// recorded, so that somebody can take it back later.
    private void giveUp(IOException failure, boolean mayPass) {
        GdriveUploadState left = state;
        if (left == null || (mayPass && !journal.equals(UploadJournal.none()))) {
            return;
        }
        try {
            remove(client.tidying(), left);
            clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Takes an upload back. The session first, so that nothing arrives after the look.
    static void remove(DriveClient client, GdriveUploadState left)
            throws TransportException, CancelledException {
        session(client, left).cancel();
        DriveFiles files = new DriveFiles(client);
        if (files.byId(left.file()).filter(file -> file.isUploadOf(left.root())).isPresent()) {
            files.delete(left.file());
        }
    }

    private void clear() throws TransportException {
        state = null;
        try {
            journal.clear();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private TransportException unusable(IOException cause) {
        return new TransportException(
                Kind.REFUSED,
                client.operation() + ": the upload journal cannot be used",
                new OwnSideException(cause));
    }
}
