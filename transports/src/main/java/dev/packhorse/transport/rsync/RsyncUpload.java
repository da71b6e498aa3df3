package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One put: look what has the name, check the content here, send it, and let both sides compare
/// what they have. Rsync writes under another name, compares a digest of the whole file and
/// renames.
///
/// Source: rsync(1), options `--relative`, `--temp-dir`, `--partial-dir`, `--checksum`, `--fsync`
final class RsyncUpload {
    private static final int KIB = 1024;

    private static final int MOST_OUTPUT = 64 * 1024;

    private final RsyncRunner runner;
    private final RemoteEntries entries;
    private final RemoteRemoval removal;
    private final RsyncPut put;
    private final UploadFolder folder;
    private final boolean syncs;
    private boolean begun;

    /// @param syncs whether the server's rsync can write through to the disk
    RsyncUpload(RsyncRunner runner, boolean syncs, RsyncPut put) {
        this.runner = runner;
        this.entries = new RemoteEntries(runner);
        this.removal = new RemoteRemoval(runner);
        this.put = put;
        this.folder = UploadFolder.of(put.content());
        this.syncs = syncs;
    }

    ObjectInfo run() throws IOException {
        Optional<UploadFolder> recorded = put.recorded();
        boolean goesOn = recorded.equals(Optional.of(folder));
        Optional<ListedEntry> taken = entries.find(put.operation(), put.key(), put.cancellation());
        try (LocalSource source =
                LocalSource.of(
                        put.key(), put.content(), runner.settings().work(), put.cancellation())) {
            if (!isDoneAlready(taken, goesOn, source)) {
                if (recorded.isPresent() && !goesOn) {
                    removePartial(recorded.get());
                }
                send(source, goesOn);
            }
            put.clear();
        } catch (IOException e) {
            giveUpIfLasting(e, recorded);
            throw e;
        }
        return new ObjectInfo(put.key(), put.content().sizeBytes(), Optional.empty());
    }

    /// An earlier try may have stored all and not lived to hear of it.
    private boolean isDoneAlready(Optional<ListedEntry> taken, boolean goesOn, LocalSource source)
            throws IOException {
        if (taken.isEmpty()) {
            return false;
        }
        if (taken.get().kind() != ListedEntry.Kind.FILE) {
            throw put.failure(Kind.REFUSED, "what has this name, or one above it, is no file");
        }
        if (goesOn && isStored(source)) {
            return true;
        }
        if (put.mode() == PutMode.CREATE) {
            throw put.failure(Kind.EXISTS, "it exists already");
        }
        return false;
    }

    private void send(LocalSource source, boolean goesOn) throws IOException {
        if (put.isJournaled()) {
            put.record(folder);
        }
        begun = true;
        try {
            transfer(source, goesOn);
            proveStored(source);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            if (!isStoredAfterAll(source, e)) {
                throw e;
            }
        }
        proveUnchanged(source);
    }

    private void transfer(LocalSource source, boolean goesOn) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--relative",
                                "--copy-links",
                                "--keep-dirlinks",
                                "--ignore-times",
                                "--chmod=F600,D700",
                                "--temp-dir=" + UploadFolder.TEMPORARY));
        arguments.add(goesOn ? "--no-whole-file" : "--whole-file");
        if (put.isJournaled()) {
            arguments.add("--partial-dir=" + folder.name());
        }
        if (put.mode() == PutMode.CREATE) {
            arguments.add("--ignore-existing");
        }
        if (syncs) {
            arguments.add("--fsync");
        }
        arguments.addAll(limit(put.content().bytesPerSecond()));
        arguments.addAll(List.of(source.argument(), runner.settings().remote("")));
        runner.transfer(
                put.operation(),
                arguments,
                put.content().sizeBytes(),
                runner.settings().comparing(put.content().sizeBytes()),
                watch -> new TransferProgress(watch, put.content()::sent),
                put.cancellation());
    }

    /// The option for a speed.
    static List<String> limit(long bytesPerSecond) {
        return bytesPerSecond < Long.MAX_VALUE
                ? List.of("--bwlimit=" + Math.max(1, bytesPerSecond / KIB) + "K")
                : List.of();
    }

    private void proveStored(LocalSource source) throws IOException {
        if (isStored(source)) {
            return;
        }
        if (put.mode() == PutMode.CREATE) {
            throw put.failure(Kind.EXISTS, "another object got the name first");
        }
        throw removed(put.failure(Kind.CORRUPT, "what the server has is not what was sent"));
    }

    /// What was stored wrongly does not stay.
    ///
    /// @return the failure, to be thrown
    private <E extends IOException> E removed(E failure) {
        try {
            removal.object(put.operation(), put.key(), Cancellation.never());
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /// Lets the server read its file and compare the digest; what differs would be sent, and said.
    private boolean isStored(LocalSource source) throws IOException {
        ByteArrayOutputStream different = new ByteArrayOutputStream();
        runner.run(
                put.operation(),
                List.of(
                        "--relative",
                        "--copy-links",
                        "--keep-dirlinks",
                        "--checksum",
                        "--dry-run",
                        "--out-format=%i",
                        source.argument(),
                        runner.settings().remote("")),
                runner.settings().comparing(put.content().sizeBytes()),
                new BoundedOutput(different, MOST_OUTPUT, put.operation()),
                put.cancellation());
        return different.size() == 0;
    }

    /// The line may break after the object got its name.
    private boolean isStoredAfterAll(LocalSource source, IOException failure) {
        if (put.cancellation().isRequested() || !isRetryable(failure)) {
            return false;
        }
        try {
            return isStored(source);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /// What was sent and stored may be something else then, so it does not stay.
    private void proveUnchanged(LocalSource source) throws IOException {
        try {
            source.proveUnchanged();
        } catch (IOException e) {
            throw removed(e);
        }
    }

    private void removePartial(UploadFolder left) throws IOException {
        removal.partial(put.operation(), put.key(), left, put.cancellation());
        put.clear();
    }

    /// After a failure that may pass, the journal accounts for what is left; so it does while there
    /// is no room here.
    private void giveUpIfLasting(IOException failure, Optional<UploadFolder> recorded) {
        if (put.cancellation().isRequested()
                || isRetryable(failure)
                || failure instanceof OwnSideException) {
            return;
        }
        try {
            for (UploadFolder left : leftBehind(recorded)) {
                removal.partial(put.operation(), put.key(), left, Cancellation.never());
            }
            put.clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private Set<UploadFolder> leftBehind(Optional<UploadFolder> recorded) {
        Set<UploadFolder> left = new HashSet<>(recorded.stream().toList());
        if (begun && put.isJournaled()) {
            left.add(folder);
        }
        return left;
    }

    private boolean isRetryable(IOException failure) {
        return RsyncErrors.of(put.operation(), failure).kind().retryable();
    }
}
