package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Judges the members of one archive in their order: which are taken, which are left out, and which
/// condemn the whole. Remembers names in bounded memory. One thread.
final class MemberJudge {
    static final BytePath HOME = BytePath.of("homedir");

    private final ArchiveLimits limits;
    private final ArchiveTrust trust;
    private final MemberNames names = new MemberNames();
    private final SkipList skips = new SkipList();
    private @Nullable TopFolder top;
    private @Nullable LinkRules links;
    private ArchiveTotals totals = ArchiveTotals.NONE;
    private long members;
    private long metadataMembers;
    private boolean homePresent;

    MemberJudge(ArchiveLimits limits, ArchiveTrust trust) {
        this.limits = limits;
        this.trust = trust;
    }

    /// Judges one member, and tells where it belongs; empty if it is left out (or is the top folder
    /// itself).
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
        boolean isRoot = path.top().length() == 0;
        if (!isRoot) {
            requireOneTop(path.top());
        }
        if (isRoot || path.below().isEmpty()) {
            if (member.type() != TarType.FOLDER) {
                throw refused(Kind.HOSTILE, member, "stands in the place of the top folder");
            }
            if (!isRoot) {
                count(member);
            }
            skips.pass(ordinal);
            return Optional.empty();
        }
        return judgeBelow(member, path.below().get(), path.odd(), ordinal);
    }

    private void requireOneTop(ByteString component) throws ArchiveException {
        TopFolder known = top;
        if (known == null) {
            top = TopFolder.of(component);
            links = new LinkRules(top);
        } else if (!known.is(component)) {
            throw new ArchiveException(
                    Kind.HOSTILE,
                    TarMember.show(component) + ": second top folder beside " + known.name());
        }
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
        TopFolder known = top;
        Optional<BytePath> below = target.below();
        if (below.isEmpty() || known == null || !known.is(target.top())) {
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
        String name = path.toString();
        return name.equals("homedir.tar") || name.equals("homedir.tar.gz")
                ? Optional.of("home directories packed inside the archive are not read")
                : Optional.empty();
    }

    private Optional<String> whyLeftOutOfHome(TarMember member, BytePath path)
            throws ArchiveException {
        if (path.equals(HOME) && member.type() != TarType.FOLDER) {
            throw refused(Kind.HOSTILE, member, "homedir is no folder");
        }
        LinkRules rules = links;
        if (member.type() != TarType.SYMLINK
                || trust == ArchiveTrust.PROVEN
                || rules == null
                || rules.staysInHome(path, member.linkName())) {
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

    /// The top folder.
    ///
    /// @throws ArchiveException NOT_AN_ARCHIVE if there was no member at all
    TopFolder top() throws ArchiveException {
        TopFolder known = top;
        if (known == null) {
            throw new ArchiveException(Kind.NOT_AN_ARCHIVE, "archive without members");
        }
        return known;
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
