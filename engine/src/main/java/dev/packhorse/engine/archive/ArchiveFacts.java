package dev.packhorse.engine.archive;

import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Set;

/// What the judge learned by reading a whole archive once.
///
/// @param account whose archive it is, by its account file
/// @param topFolder the name of the folder in which the account lies, empty if there is none
/// @param sha256 digest of the archive file, lower-case hex
/// @param files regular files in all
/// @param folders folders in all
/// @param links symbolic and hard links in all
/// @param unpackedBytes logical bytes of all regular files
/// @param homePresent whether there is a home directory
/// @param members the members directly below the top folder and one level deeper, outside
///   `homedir/`; folders end in `/`
/// @param skipped members that the reader leaves out, with the reason, and what is odd in the whole
public record ArchiveFacts(
        AccountName account,
        String topFolder,
        String sha256,
        long files,
        long folders,
        long links,
        long unpackedBytes,
        boolean homePresent,
        Set<String> members,
        List<String> skipped) {
    public ArchiveFacts {
        members = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(members));
        skipped = List.copyOf(skipped);
    }
}
