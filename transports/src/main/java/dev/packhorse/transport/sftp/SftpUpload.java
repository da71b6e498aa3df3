package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One put: temporary file beside its place, check, sync, publish by a link or a rename. When the
/// answer to the publishing step is lost, the server is asked again what is there.
final class SftpUpload {
    private final SftpPool pool;
    private final SftpPaths paths;
    private final SftpPut put;
    private final String target;
    private SftpConnection connection;
    private @Nullable String temporary;
    private boolean opened;
    private boolean publishing;

    /// @param connection lent; [#connection()] is what goes back
    SftpUpload(SftpPool pool, SftpConnection connection, SftpPaths paths, SftpPut put) {
        this.pool = pool;
        this.connection = connection;
        this.paths = paths;
        this.put = put;
        this.target = paths.of(put.key());
    }

    SftpConnection connection() {
        return connection;
    }

    ObjectInfo run() throws IOException {
        try {
            return attempt();
        } catch (IOException e) {
            IOException failure = SftpErrors.of(put.operation(), explained(e));
            Optional<ObjectInfo> stored = publishedAfterAll(failure);
            if (stored.isPresent()) {
                return stored.get();
            }
            if (!mayGoOnAfter(failure)) {
                discardAfter(failure);
            }
            throw failure;
        }
    }

    private ObjectInfo attempt() throws IOException {
        Optional<SftpAttributes> taken = step((files, _) -> files.lstat(target));
        Optional<SftpPut.Recorded> recorded = put.recorded(paths);
        temporary = recorded.map(SftpPut.Recorded::temporary).orElse(null);
        if (put.stream().isEmpty() && recorded.isPresent() && taken.isPresent()) {
            Optional<ObjectInfo> earlier = ours(taken.get());
            if (earlier.isPresent()) {
                removeTemporary();
                put.clear();
                return earlier.get();
            }
        }
        refuseIfTaken(taken);
        if (recorded.isPresent() && !recorded.get().isOfThisContent()) {
            removeTemporary();
            temporary = null;
        }
        send();
        publishing = true;
        new SftpPublication(connection, put, target).run(name());
        ObjectInfo stored = looked();
        put.clear();
        return stored;
    }

    private void refuseIfTaken(Optional<SftpAttributes> taken) throws TransportException {
        if (taken.isPresent() && put.mode() == PutMode.CREATE) {
            throw put.failure(Kind.EXISTS, "it exists already");
        }
        if (taken.isPresent() && taken.get().isFolder()) {
            throw put.failure(Kind.REFUSED, "a folder has this name");
        }
    }

    private void send() throws IOException {
        SftpTemporary file = new SftpTemporary(connection, paths, put);
        long present = 0;
        Optional<byte[]> handle = Optional.empty();
        if (temporary != null) {
            handle = file.reopen(temporary);
        }
        if (handle.isPresent()) {
            byte[] open = handle.get();
            present = step((files, _) -> files.fstat(open).size().orElse(0));
        } else {
            temporary = paths.temporaryFor(put.key());
            put.record(name());
            handle = Optional.of(file.create(name()));
        }
        opened = true;
        SftpSending sending = new SftpSending(connection, put, handle.get());
        if (put.stream().isPresent()) {
            sending.stream(put.stream().get());
        } else {
            refuseIfTooLarge(present);
            sending.run(present);
        }
    }

    private void refuseIfTooLarge(long present) throws IOException {
        long missing = put.content().sizeBytes() - present;
        Optional<Capacity> space = space();
        if (space.isPresent() && space.get().freeBytes() < missing) {
            throw full(space.get(), missing, null);
        }
    }

    private Optional<Capacity> space() throws IOException {
        String folder = SftpPaths.folderOf(target);
        return step((files, _) -> files.capacity(folder.isEmpty() ? paths.of("") : folder));
    }

    private TransportException full(Capacity space, long missing, @Nullable IOException cause) {
        return new TransportException(
                Kind.FULL,
                put.operation()
                        + ": the server has "
                        + space.freeBytes()
                        + " bytes left, "
                        + missing
                        + " are needed",
                cause);
    }

    /// The size was right before the file got its name, so what is different now is another
    /// writer's.
    private ObjectInfo looked() throws IOException {
        SftpAttributes stored =
                step((files, _) -> files.lstat(target))
                        .filter(SftpAttributes::isFile)
                        .orElseThrow(() ->
                                put.failure(
                                        Kind.UNAVAILABLE, "somebody removed it at the same time"));
        if (stored.fileSize() != put.content().sizeBytes()) {
            throw put.failure(Kind.UNAVAILABLE, "another writer has replaced it at the same time");
        }
        return stored.info(put.key());
    }

    /// OpenSSH says only “failure” when the disk is full, so the space left tells. What is missed
    /// once it was opened was removed meanwhile, or its server (rclone 1.60) looks even an open
    /// file up by its name and misses it while its folder is new.
    private IOException explained(IOException failure) {
        if (opened && failure instanceof SftpStatus status && status.isAbsence()) {
            return new TransportException(
                    Kind.UNAVAILABLE,
                    put.operation()
                            + ": the server lost sight of what it took: "
                            + status.getMessage(),
                    status);
        }
        if (!(failure instanceof SftpStatus status && status.code() == SftpStatus.FAILURE)
                || !connection.isSound()) {
            return failure;
        }
        try {
            Optional<Capacity> space = space();
            if (space.isPresent() && space.get().freeBytes() < SftpWriter.inDoubt()) {
                return full(space.get(), put.leastMissing(), failure);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /// The object that the publishing step made although its answer never came.
    private Optional<ObjectInfo> publishedAfterAll(IOException failure) {
        if (!publishing
                || !(failure instanceof TransportException known && known.kind().retryable())) {
            return Optional.empty();
        }
        try {
            reconnectIfBroken();
            Optional<SftpAttributes> found = step((files, _) -> files.lstat(target));
            Optional<ObjectInfo> stored = found.isEmpty() ? Optional.empty() : ours(found.get());
            if (stored.isPresent()) {
                removeTemporary();
                put.clear();
            }
            return stored;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return Optional.empty();
        }
    }

    private Optional<ObjectInfo> ours(SftpAttributes found) throws IOException {
        boolean same =
                found.isFile()
                        && found.fileSize() == put.content().sizeBytes()
                        && new SftpReading(connection, put.operation(), put.cancellation())
                                .digest(target)
                                .equals(put.content().sha256());
        return same ? Optional.of(found.info(put.key())) : Optional.empty();
    }

    private boolean mayGoOnAfter(IOException failure) {
        return put.mayGoOn()
                && (failure instanceof CancelledException
                        || (failure instanceof TransportException known
                                && known.kind().retryable()));
    }

    private void discardAfter(IOException failure) {
        try {
            if (temporary != null) {
                reconnectIfBroken();
                connection.step(
                        put.operation(), Cancellation.never(), (files, _) -> remove(files, name()));
            }
            put.clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void reconnectIfBroken() throws IOException {
        if (!connection.isSound()) {
            connection = pool.replace(connection);
        }
    }

    private void removeTemporary() throws IOException {
        step((files, _) -> remove(files, name()));
    }

    private static boolean remove(SftpFiles files, String path) throws IOException {
        try {
            files.remove(path);
            return true;
        } catch (SftpStatus e) {
            if (e.isAbsence()) {
                return false;
            }
            throw e;
        }
    }

    private String name() {
        return Objects.requireNonNull(temporary, "chosen before");
    }

    private <R> R step(SftpConnection.Step<R> step) throws IOException {
        return connection.step(put.operation(), put.cancellation(), step);
    }
}
