package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads a whole archive once before anybody acts on it: every checksum, every member rule, every
/// limit. What lies outside the home directory is unpacked on the way. Stateless; many threads.
public final class ArchiveJudge {
    private final ArchiveLimits limits;
    private final ArchiveTrust trust;

    public ArchiveJudge(ArchiveLimits limits, ArchiveTrust trust) {
        this.limits = limits;
        this.trust = trust;
    }

    /// Judges an archive file.
    ///
    /// @param archive a file that nobody but root can change: a customer's is copied first
    /// @param folder an empty folder for root alone; receives the members outside the home
    ///   directory and is the caller's to remove. After a failure it is empty again
    /// @param cancellation looked at for every block, here and in the result's
    ///   [ArchiveSource#forEach]
    /// @return the open archive; the caller closes it
    /// @throws ArchiveException if it is refused, with the member named
    /// @throws IOException if it cannot be read, or the folder cannot be written
    public JudgedArchive judge(Path archive, Path folder, Cancellation cancellation)
            throws IOException {
        PosixFile file = open(archive);
        boolean judged = false;
        try (MetadataFolder metadata = MetadataFolder.open(folder)) {
            try {
                JudgedArchive result = read(file, folder, metadata, cancellation);
                judged = true;
                return result;
            } finally {
                if (!judged) {
                    metadata.empty();
                }
            }
        } finally {
            if (!judged) {
                file.close();
            }
        }
    }

    private static PosixFile open(Path archive) throws IOException {
        Path absolute = archive.toAbsolutePath();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException("not a file: " + archive);
        }
        try (Directory directory = Directory.openTrusted(parent)) {
            return directory.openForReading(ByteName.of(name.toString()));
        }
    }

    private JudgedArchive read(
            PosixFile file, Path folder, MetadataFolder metadata, Cancellation cancellation)
            throws IOException {
        FileStat before = file.stat();
        ArchiveRoot root = root(file, cancellation);
        MemberJudge judge = new MemberJudge(limits, trust, root);
        ArchiveFileInput input = new ArchiveFileInput(file, cancellation);
        Set<String> members = new TreeSet<>();
        boolean own = trust == ArchiveTrust.PROVEN;
        try (InputStream stream = ArchiveContainer.openAhead(input, limits, own);
                MemberReader reader = new MemberReader(stream, limits, root)) {
            HomeForms forms = new HomeForms();
            long ordinal = 0;
            for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarMember member = next.get();
                Optional<MemberJudge.Place> place = judge.judge(member, ordinal++);
                if (place.isPresent()) {
                    forms.saw(place.get(), reader.isInPackedHome());
                    if (!place.get().home()) {
                        unpack(member, place.get(), reader.content(), metadata);
                        addName(place.get(), member, members);
                    }
                }
            }
            forms.conflict(reader.packedHome()).ifPresent(judge.skips()::remark);
        }
        ArchiveState state = new ArchiveState(before, input.count(), input.sha256());
        state.requireUnchanged(file.stat(), state.sizeBytes(), state.sha256());
        AccountName account =
                AccountMember.judge(folder, metadata.list(AccountMember.FOLDER), root);
        ArchiveTotals totals = judge.totals();
        ArchiveFacts facts =
                new ArchiveFacts(
                        account,
                        root.name(),
                        state.sha256(),
                        totals.files(),
                        totals.folders(),
                        totals.links(),
                        totals.unpackedBytes(),
                        judge.homePresent(),
                        members,
                        judge.skips().reasons());
        return new JudgedArchive(
                facts, file, state, folder, judge, new Rules(limits, trust, root), cancellation);
    }

    /// Where the account lies. What this server made has one top folder; other archives are read
    /// until it is certain, most of them not far.
    private ArchiveRoot root(PosixFile file, Cancellation cancellation) throws IOException {
        ArchiveFileInput input = new ArchiveFileInput(file, cancellation);
        try (InputStream stream = ArchiveContainer.open(input, limits)) {
            TarReader reader = new TarReader(stream, limits);
            return trust == ArchiveTrust.PROVEN
                    ? RootFinder.own(reader, limits)
                    : new RootFinder(limits).find(reader);
        }
    }

    /// In which forms the home directory came. One thread.
    private static final class HomeForms {
        private boolean plain;
        private boolean packed;

        void saw(MemberJudge.Place place, boolean inPackedHome) {
            boolean content = place.home() && !place.path().equals(MemberJudge.HOME);
            plain |= content && !inPackedHome;
            packed |= content && inPackedHome;
        }

        Optional<String> conflict(String packedHome) {
            return plain && packed
                    ? Optional.of(
                            packedHome
                                    + ": stands beside a homedir/ with content; the members of both were taken")
                    : Optional.empty();
        }
    }

    private static void unpack(
            TarMember member, MemberJudge.Place place, InputStream content, MetadataFolder metadata)
            throws IOException {
        if (member.type() == TarType.FOLDER) {
            metadata.makeFolder(place.path());
        } else {
            metadata.write(place.path(), member, content);
        }
    }

    private static void addName(MemberJudge.Place place, TarMember member, Set<String> members) {
        if (place.path().names().size() <= 2) {
            String name = place.path().toString();
            members.add(member.type() == TarType.FOLDER ? name + "/" : name);
        }
    }

    /// What an archive is read under.
    record Rules(ArchiveLimits limits, ArchiveTrust trust, ArchiveRoot root) {}

    /// What an archive file was when it was judged.
    record ArchiveState(FileStat stat, long sizeBytes, String sha256) {
        void requireUnchanged(FileStat now, long sizeNow, String sha256Now)
                throws ArchiveException {
            boolean same =
                    now.sizeBytes() == stat.sizeBytes()
                            && now.sizeBytes() == sizeNow
                            && now.inode() == stat.inode()
                            && now.mtimeSeconds() == stat.mtimeSeconds()
                            && now.mtimeNanos() == stat.mtimeNanos()
                            && sha256.equals(sha256Now);
            if (!same) {
                throw new ArchiveException(
                        Kind.DAMAGED, "archive file was changed while it was being read");
            }
        }
    }
}
