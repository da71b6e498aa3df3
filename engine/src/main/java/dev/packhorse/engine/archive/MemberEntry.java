package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;

/// Makes entries of the members of an archive that this program wrote.
final class MemberEntry {
    private MemberEntry() {}

    /// @param path the member's, below the top folder
    /// @param top the top folder and a slash
    /// @throws ArchiveException if this program writes no such members
    static ArchiveEntry of(TarMember member, BytePath path, ByteString top)
            throws ArchiveException {
        return switch (member.type()) {
            case FILE ->
                    new ArchiveEntry.RegularFile(
                            path, member.attributes(), member.sizeBytes(), member.regions());
            case FOLDER -> new ArchiveEntry.Folder(path, member.attributes());
            case SYMLINK ->
                    new ArchiveEntry.SymbolicLink(path, member.attributes(), member.linkName());
            case HARD_LINK ->
                    new ArchiveEntry.HardLink(
                            path,
                            member.attributes(),
                            below(member.linkName(), top)
                                    .orElseThrow(() ->
                                            new ArchiveException(
                                                    Kind.DAMAGED, path + ": a link to nothing")));
            case FIFO, DEVICE ->
                    throw new ArchiveException(
                            Kind.HOSTILE, member.shown() + ": archives of packhorse hold no such");
        };
    }

    /// A name without the top folder; empty if it lies elsewhere, or is that folder.
    static Optional<BytePath> below(ByteString name, ByteString top) throws ArchiveException {
        ByteString plain = MemberPath.of(name, ArchiveLimits.OWN).plain();
        return plain.startsWith(top) && plain.length() > top.length()
                ? Optional.of(new BytePath(plain.substring(top.length(), plain.length())))
                : Optional.empty();
    }
}
