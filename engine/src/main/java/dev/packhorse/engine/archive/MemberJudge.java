package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;

/// Judges the members of one archive in their order: which are taken, which are left out, and which
/// condemn the whole. Remembers names in bounded memory. One thread.
final class MemberJudge {
    static final BytePath HOME = BytePath.of("homedir");

    private final ArchiveLimits limits;
    private final ArchiveTrust trust;
    private final ArchiveRoot root;
    private final LinkRules links;
    private final MemberNames names = new MemberNames();
    private final SkipList skips = new SkipList();
    private ArchiveTotals totals = ArchiveTotals.NONE;
    private long members;
    private long metadataMembers;
    private boolean homePresent;

    /// @param root where the account lies in the archive
    MemberJudge(ArchiveLimits limits, ArchiveTrust trust, ArchiveRoot root) {
        this.limits = limits;
        this.trust = trust;
        this.root = root;
        links = new LinkRules(root.account());
    }

    /// Judges one member, and tells where it belongs; empty if it is left out (or is a folder
    /// around the account).
    ///
    /// @param ordinal its number in the stream
    Optional<Place> judge(TarMember member, long ordinal) throws ArchiveException {
        if (++members > limits.entries()) {
            throw refused(Kind.LIMIT, member, "one of more than " + limits.entries() + " members");
        }
        if (member.type() == TarType.DEVICE) {
            throw refused(Kind.HOSTILE, member, "device");
        }
        MemberPath path = MemberPath.of(member.name(), limits);
        Optional<BytePath> below = root.below(path.plain(), limits);
        if (below.isPresent()) {
            return judgeBelow(member, below.get(), path.odd(), ordinal);
        }
        if (!root.isAtOrAbove(path.plain())) {
            throw root.outside(path.plain());
        }
        if (member.type() != TarType.FOLDER) {
            throw refused(Kind.HOSTILE, member, "stands in the place of the top folder");
        }
        if (path.plain().length() > 0) {
            count(member);
        }
        skips.pass(ordinal);
        return Optional.empty();
    }

    private Optional<Place> judgeBelow(TarMember member, BytePath path, boolean odd, long ordinal)
            throws ArchiveException {
        count(member);
        boolean home = path.startsWith(HOME);
        names.requireFolders(member, path.value(), ordinal);
        Optional<BytePath> target = hardLinkTarget(member, path);
        Optional<String> reason = whyLeftOut(member, path, home, target);
        if (names.register(member, path, odd, reason.isPresent())) {
            reason = Optional.of(oddity(member, "comes twice"));
        }
        if (reason.isPresent()) {
            skips.skip(ordinal, path + ": " + reason.get());
            return Optional.empty();
        }
        if (home) {
            homePresent = true;
        } else if (++metadataMembers > limits.metadataEntries()) {
            throw refused(
                    Kind.LIMIT,
                    member,
                    "one of more than " + limits.metadataEntries() + " members outside homedir");
        }
        return Optional.of(new Place(path, home));
    }

    private void count(TarMember member) throws ArchiveException {
        totals = totals.plus(member);
        if (totals.unpackedBytes() > limits.totalBytes()) {
            throw refused(
                    Kind.LIMIT,
                    member,
                    "archive unpacks to more than " + limits.totalBytes() + " bytes");
        }
    }

    /// The earlier regular file that a hard link names.
    private Optional<BytePath> hardLinkTarget(TarMember member, BytePath path)
            throws ArchiveException {
        if (member.type() != TarType.HARD_LINK) {
            return Optional.empty();
        }
        MemberPath target = MemberPath.of(member.linkName(), limits);
        Optional<BytePath> below = root.below(target.plain(), limits);
        if (below.isEmpty()) {
            throw refused(Kind.HOSTILE, member, "hard link out of the archive");
        }
        MemberNames.Earlier earlier = names.earlier(below.get());
        if (below.get().equals(path) || earlier == MemberNames.Earlier.NO_FILE) {
            throw refused(
                    Kind.HOSTILE, member, "hard link to something that is no earlier regular file");
        }
        if (path.startsWith(HOME) && !below.get().startsWith(HOME)) {
            throw refused(Kind.HOSTILE, member, "hard link out of homedir");
        }
        return earlier == MemberNames.Earlier.LEFT_OUT ? Optional.empty() : below;
    }

    private Optional<String> whyLeftOut(
            TarMember member, BytePath path, boolean home, Optional<BytePath> hardLinkTarget)
            throws ArchiveException {
        if (member.type() == TarType.FIFO) {
            return Optional.of("named pipes are not restored");
        }
        if (member.type() == TarType.HARD_LINK && hardLinkTarget.isEmpty()) {
            return Optional.of("hard link to a member that is left out");
        }
        if (home) {
            return whyLeftOutOfHome(member, path);
        }
        if (member.type() == TarType.SYMLINK || member.type() == TarType.HARD_LINK) {
            return Optional.of("links are not restored outside homedir");
        }
        if (!isPlain(path.value())) {
            return Optional.of("name with characters that no file outside homedir has");
        }
        return MemberReader.isPackedHome(path.value())
                ? Optional.of(oddity(member, "home directory packed inside that cannot be read"))
                : Optional.empty();
    }

    private Optional<String> whyLeftOutOfHome(TarMember member, BytePath path)
            throws ArchiveException {
        if (path.equals(HOME) && member.type() != TarType.FOLDER) {
            throw refused(Kind.HOSTILE, member, "homedir is no folder");
        }
        if (member.type() != TarType.SYMLINK
                || trust == ArchiveTrust.PROVEN
                || links.staysInHome(path, member.linkName())) {
            return Optional.empty();
        }
        if (LinkRules.isServerMade(path)) {
            return Optional.of("link is the server's own");
        }
        return Optional.of(
                oddity(
                        member,
                        "link out of the home directory, to " + TarMember.show(member.linkName())));
    }

    /// Printable ASCII: what every system and every log can hold.
    private static boolean isPlain(ByteString name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.at(i) < ' ' || name.at(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /// A reason to leave a member out, or to refuse the archive if nobody vouches for it.
    private String oddity(TarMember member, String what) throws ArchiveException {
        if (trust == ArchiveTrust.RESTRICTED) {
            throw refused(Kind.HOSTILE, member, what);
        }
        return what;
    }

    static ArchiveException refused(Kind kind, TarMember member, String why) {
        return new ArchiveException(kind, member.shown() + ": " + why);
    }

    ArchiveTotals totals() {
        return totals;
    }

    boolean homePresent() {
        return homePresent;
    }

    SkipList skips() {
        return skips;
    }

    ImpliedFolders implied() {
        return names.implied();
    }

    /// Where a member belongs.
    ///
    /// @param home whether in the home directory
    record Place(BytePath path, boolean home) {}
}
