package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.WorkerThreads;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/// What an archive is written with besides its packing.
///
/// @param workers threads that may read the account's files
/// @param index receives the side index; stays the caller's; empty for none
/// @param earlier where unchanged segments are taken over from; must fit
public record PackAids(
        WorkerThreads workers,
        Optional<WritableByteChannel> index,
        Optional<EarlierArchive> earlier) {
    /// Workers with the rights of the process, no index, nothing taken over.
    public static PackAids none() {
        return new PackAids(WorkerThreads.named("packer"), Optional.empty(), Optional.empty());
    }
}
