package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the folder in which the account lies, before the archive is judged: the one that holds
/// `cp/`, else `userdata/`, else a home directory; at most one folder may be around it. Reads only
/// as far as it must. What it finds is no more than the place from which the judge reads: all that
/// lies elsewhere is refused there. One use.
final class RootFinder {
    private static final int DEEPEST = 2;
    private static final List<ByteString> MARKS =
            List.of(ByteString.of("cp"), ByteString.of("userdata"), ByteString.of("homedir"));
    private static final int HOME = 2;

    private final ArchiveLimits limits;
    private final @Nullable ByteString[] found = new ByteString[MARKS.size()];
    private @Nullable ByteString first;
    private @Nullable ByteString account;

    RootFinder(ArchiveLimits limits) {
        this.limits = limits;
    }

    /// The root of an archive of this server, which has always one top folder.
    static ArchiveRoot own(TarReader reader, ArchiveLimits limits) throws IOException {
        RootFinder finder = new RootFinder(limits);
        for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
            finder.look(next.get());
            if (finder.first != null) {
                return ArchiveRoot.folder(finder.first);
            }
        }
        throw empty();
    }

    /// Reads until the root is certain.
    ///
    /// @throws ArchiveException NOT_AN_ARCHIVE if there is nothing in the archive, or nothing of an
    ///   account; HOSTILE if the root is named after none; what the reader refuses
    ArchiveRoot find(TarReader reader) throws IOException {
        long members = 0;
        for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
            if (++members > limits.entries()) {
                throw new ArchiveException(
                        Kind.LIMIT, "archive with more than " + limits.entries() + " members");
            }
            look(next.get());
            if (isCertain()) {
                break;
            }
        }
        return root();
    }

    private void look(TarMember member) throws ArchiveException {
        ByteString plain = MemberPath.of(member.name(), limits).plain();
        if (plain.length() == 0) {
            return;
        }
        List<ByteName> names = new BytePath(plain).names();
        if (first == null) {
            first = names.getFirst().value();
        }
        int from = 0;
        for (int depth = 0; depth < names.size() && depth <= DEEPEST; depth++) {
            ByteString name = names.get(depth).value();
            boolean folder = depth < names.size() - 1 || member.type() == TarType.FOLDER;
            int mark = mark(name, folder);
            if (mark >= 0) {
                note(mark, plain.substring(0, Math.max(from - 1, 0)));
                noteAccount(mark, from, member, names);
                return;
            }
            from += name.length() + 1;
        }
    }

    private static int mark(ByteString name, boolean folder) {
        if (folder) {
            return MARKS.indexOf(name);
        }
        return MemberReader.isPackedHome(name) ? HOME : -1;
    }

    private void note(int mark, ByteString prefix) {
        if (found[mark] == null && !isBelowAnother(prefix)) {
            found[mark] = prefix;
        }
    }

    /// What looks like an account within an account is a folder of that name.
    private boolean isBelowAnother(ByteString prefix) {
        for (ByteString other : found) {
            boolean above =
                    other != null
                            && other.length() < prefix.length()
                            && (other.length() == 0
                                    || prefix.startsWith(other.concat(ByteString.of("/"))));
            if (above) {
                return true;
            }
        }
        return false;
    }

    /// Without a top folder only the account file tells the account.
    private void noteAccount(int mark, int from, TarMember member, List<ByteName> names) {
        if (mark == 0 && from == 0 && names.size() == 2 && member.type() == TarType.FILE) {
            account = names.get(1).value();
        }
    }

    private boolean isCertain() {
        ByteString cp = found[0];
        return cp != null && (cp.length() > 0 || account != null);
    }

    private ArchiveRoot root() throws ArchiveException {
        for (ByteString prefix : found) {
            if (prefix != null) {
                return prefix.length() > 0 ? ArchiveRoot.folder(prefix) : bare();
            }
        }
        if (first == null) {
            throw empty();
        }
        return ArchiveRoot.folder(first);
    }

    private ArchiveRoot bare() throws ArchiveException {
        if (account == null) {
            throw new ArchiveException(
                    Kind.NOT_AN_ARCHIVE,
                    "no account archive: it has no top folder and holds no account file (cp/USER)");
        }
        String name = account.display();
        if (!AccountName.isValid(name)) {
            throw new ArchiveException(
                    Kind.HOSTILE, "cp/" + TarMember.show(account) + ": not an account file");
        }
        return ArchiveRoot.none(new AccountName(name));
    }

    private static ArchiveException empty() {
        return new ArchiveException(Kind.NOT_AN_ARCHIVE, "archive without members");
    }
}
