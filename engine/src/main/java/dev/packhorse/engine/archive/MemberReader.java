package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The members of an archive in their order. A home directory that is packed inside as
/// `homedir.tar` or `homedir.tar.gz` is opened on the way: in its place come its members as
/// `homedir/...`. Two readers of the same bytes give the same members. One thread.
///
/// Source: cpmove-format 1.4.
final class MemberReader implements AutoCloseable {
    private static final ByteString PLAIN = ByteString.of("homedir.tar");
    private static final ByteString PACKED = ByteString.of("homedir.tar.gz");
    private static final ByteString HOME = ByteString.of("homedir");

    private final TarReader outer;
    private final ArchiveLimits limits;
    private final ArchiveRoot root;
    private @Nullable InputStream innerStream;
    private @Nullable TarReader inner;
    private String packedHome = "";

    /// @param stream the unpacked stream; not closed by the reader
    MemberReader(InputStream stream, ArchiveLimits limits, ArchiveRoot root) {
        outer = new TarReader(stream, limits);
        this.limits = limits;
        this.root = root;
    }

    static boolean isPackedHome(ByteString name) {
        return name.equals(PLAIN) || name.equals(PACKED);
    }

    /// The next member, its name and a hard link's target as they are from the archive's beginning;
    /// empty at the end.
    ///
    /// @throws ArchiveException as [TarReader#next()]; what is wrong inside a packed home names it
    Optional<TarMember> next() throws IOException {
        while (true) {
            if (inner != null) {
                Optional<TarMember> member = nextOfHome(inner);
                if (member.isPresent()) {
                    return member;
                }
                close();
            }
            Optional<TarMember> member = outer.next();
            if (member.isEmpty() || !opensHome(member.get())) {
                return member;
            }
            openHome();
        }
    }

    /// The content of the current member, as [TarReader#content()].
    InputStream content() {
        return inner == null ? outer.content() : inner.content();
    }

    /// Whether the current member comes from a packed home.
    boolean isInPackedHome() {
        return inner != null;
    }

    /// The name of the packed home that was met, empty if there was none.
    String packedHome() {
        return packedHome;
    }

    /// Only the first one: what else bears such a name stays what it is.
    private boolean opensHome(TarMember member) throws ArchiveException {
        if (member.type() != TarType.FILE
                || !member.regions().isEmpty()
                || !packedHome.isEmpty()
                || !endsAsPackedHome(member.name())) {
            return false;
        }
        ByteString plain = MemberPath.of(member.name(), limits).plain();
        boolean opens = plain.equals(root.path(PLAIN)) || plain.equals(root.path(PACKED));
        packedHome =
                opens
                        ? plain.substring(root.path(ByteString.of("")).length(), plain.length())
                                .display()
                        : "";
        return opens;
    }

    private static boolean endsAsPackedHome(ByteString name) {
        int length = name.length();
        return (length >= PLAIN.length()
                        && name.substring(length - PLAIN.length(), length).equals(PLAIN))
                || (length >= PACKED.length()
                        && name.substring(length - PACKED.length(), length).equals(PACKED));
    }

    private void openHome() throws IOException {
        try {
            InputStream stream = ArchiveContainer.open(outer.content(), limits);
            innerStream = stream;
            inner = new TarReader(stream, limits);
        } catch (ArchiveException e) {
            throw inside(e);
        }
    }

    private Optional<TarMember> nextOfHome(TarReader reader) throws IOException {
        try {
            Optional<TarMember> next = reader.next();
            return next.isPresent() ? Optional.of(moved(next.get())) : next;
        } catch (ArchiveException e) {
            throw inside(e);
        }
    }

    private TarMember moved(TarMember member) throws ArchiveException {
        boolean hardLink = member.type() == TarType.HARD_LINK;
        return new TarMember(
                homePath(member.name()),
                member.type(),
                hardLink ? homePath(member.linkName()) : member.linkName(),
                member.attributes(),
                member.sizeBytes(),
                member.regions());
    }

    /// A path relative to the home, as it is from the archive's beginning.
    private ByteString homePath(ByteString name) throws ArchiveException {
        if (name.length() > 0 && name.at(0) == '/') {
            throw new ArchiveException(Kind.HOSTILE, TarMember.show(name) + ": absolute name");
        }
        boolean dot = name.length() > 0 && name.at(0) == '.';
        ByteString below = name;
        if (dot && (name.length() == 1 || name.at(1) == '/')) {
            below = name.substring(Math.min(2, name.length()), name.length());
        }
        ByteString home = root.path(HOME);
        return below.length() == 0 ? home : home.concat(ByteString.of("/")).concat(below);
    }

    private ArchiveException inside(ArchiveException e) {
        return new ArchiveException(e.kind(), packedHome + ": " + e.getMessage(), e);
    }

    /// Lets a packed home go; the archive's stream stays open.
    @Override
    public void close() throws IOException {
        inner = null;
        if (innerStream != null) {
            innerStream.close();
            innerStream = null;
        }
    }
}
