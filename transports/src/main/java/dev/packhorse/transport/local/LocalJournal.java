package dev.packhorse.transport.local;

import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes an upload known before its temporary file is there, so that the file is found again when
/// the process dies. Nobody goes on with it: the next upload, or whoever sweeps, removes it.
record LocalJournal(Path root, ObjectKey key, UploadJournal journal) {
    private static final String PROTOCOL = "protocol";
    private static final String LOCAL = "local";
    private static final String TEMPORARY = "temporary";

    /// Runs an upload.
    void run(LocalUpload upload, LocalUpload.Filling filling, PutMode mode) throws IOException {
        upload.refuseIfTaken(mode);
        takeBackEarlier();
        journaled(() -> journal.record(state(upload.temporary())));
        try {
            upload.run(filling, mode);
        } catch (IOException e) {
            forgetAfter(e, upload.temporary());
            throw e;
        }
        journaled(journal::clear);
    }

    /// What could not be removed stays recorded.
    private void forgetAfter(IOException failure, Path temporary) {
        if (Files.notExists(temporary, LinkOption.NOFOLLOW_LINKS)) {
            try {
                journal.clear();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private UploadState state(Path temporary) {
        return new UploadState(
                new TreeMap<>(
                        Map.of(PROTOCOL, LOCAL, TEMPORARY, root.relativize(temporary).toString())));
    }

    private void takeBackEarlier() throws IOException {
        Optional<UploadState> earlier;
        try {
            earlier = journal.recorded();
        } catch (IOException e) {
            throw unusable(e);
        }
        if (earlier.isPresent()) {
            takeBack(root, earlier.get());
            journaled(journal::clear);
        }
    }

    /// Removes the temporary file that a journal recorded; the state of another driver, or a name
    /// that is none of ours, changes nothing.
    static void takeBack(Path root, UploadState state) throws IOException {
        Map<String, String> values = state.values();
        if (!LOCAL.equals(values.get(PROTOCOL)) || !values.containsKey(TEMPORARY)) {
            return;
        }
        ObjectKey temporary;
        try {
            temporary = new ObjectKey(values.getOrDefault(TEMPORARY, ""));
        } catch (IllegalArgumentException _) {
            return;
        }
        Path file = root.resolve(temporary.value());
        if (temporary.name().startsWith(LocalUpload.TEMPORARY)
                && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.deleteIfExists(file);
            } catch (NotDirectoryException _) {
                // Then it is not there either.
            }
        }
    }

    private void journaled(JournalCall call) throws TransportException {
        try {
            call.run();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private TransportException unusable(IOException cause) {
        return new TransportException(
                Kind.REFUSED,
                "put " + key + ": the upload journal fails",
                new OwnSideException(cause));
    }

    private interface JournalCall {
        void run() throws IOException;
    }
}
