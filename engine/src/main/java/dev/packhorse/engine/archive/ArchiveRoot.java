package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The folder of an archive in which the account lies, and the account that it speaks of: usually
/// the one top folder, now and then a folder in that one, or the archive itself.
///
/// Source: names as pkgacct and the scheduled backups of cPanel write them: `cpmove-USER`, `USER`,
/// `backup-M.D.YYYY_HH-MM-SS_USER`.
///
/// @param prefix the path of the folder in plain form, empty for the archive itself
/// @param account whose folder it is by its name, or by `cp/USER` if it has none
record ArchiveRoot(ByteString prefix, AccountName account) {
    private static final ByteString SLASH = ByteString.of("/");
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:cpmove-|backup-\\d{1,2}\\.\\d{1,2}\\.\\d{4}_\\d{2}-\\d{2}-\\d{2}_)?(.+)");

    /// A root that is a folder.
    ///
    /// @param prefix its path, not empty
    /// @throws ArchiveException HOSTILE if it is not named after an account
    static ArchiveRoot folder(ByteString prefix) throws ArchiveException {
        ByteString name = new BytePath(prefix).name().value();
        Matcher matcher = NAME.matcher(name.display());
        if (!matcher.matches() || !AccountName.isValid(matcher.group(1))) {
            throw new ArchiveException(
                    Kind.HOSTILE,
                    TarMember.show(name)
                            + ": top folder is not named after an account"
                            + " (cpmove-USER, USER or backup-DATE_TIME_USER)");
        }
        return new ArchiveRoot(prefix, new AccountName(matcher.group(1)));
    }

    /// The archive itself as the root.
    static ArchiveRoot none(AccountName account) {
        return new ArchiveRoot(ByteString.of(""), account);
    }

    /// Whether there is no folder around the account's members.
    boolean isArchive() {
        return prefix.length() == 0;
    }

    /// The root's own name, empty if it is the archive itself.
    String name() {
        return isArchive() ? "" : new BytePath(prefix).name().toString();
    }

    /// Whether a path is the root, or a folder above it.
    boolean isAtOrAbove(ByteString plain) {
        return plain.length() == 0
                || plain.equals(prefix)
                || prefix.startsWith(plain.concat(SLASH));
    }

    /// A path as it is below the root, empty if it is not below it.
    ///
    /// @throws ArchiveException LIMIT if it is too long
    Optional<BytePath> below(ByteString plain, ArchiveLimits limits) throws ArchiveException {
        int start = isArchive() ? 0 : prefix.length() + 1;
        if (plain.length() <= start || !(isArchive() || plain.startsWith(prefix.concat(SLASH)))) {
            return Optional.empty();
        }
        if (plain.length() - start > limits.pathBytes()) {
            throw new ArchiveException(
                    Kind.LIMIT,
                    TarMember.show(plain) + ": name longer than " + limits.pathBytes() + " bytes");
        }
        return Optional.of(new BytePath(plain.substring(start, plain.length())));
    }

    /// The path in the archive of something below the root.
    ByteString path(ByteString below) {
        return isArchive() ? below : prefix.concat(SLASH).concat(below);
    }

    /// The refusal of a member that lies elsewhere.
    ArchiveException outside(ByteString plain) {
        int slash = plain.indexOf('/', 0);
        ByteString first = slash < 0 ? plain : plain.substring(0, slash);
        boolean besideTop = !prefix.startsWith(first.concat(SLASH));
        return new ArchiveException(
                Kind.HOSTILE,
                besideTop
                        ? TarMember.show(first)
                                + ": second top folder beside "
                                + TarMember.show(prefix)
                        : TarMember.show(plain)
                                + ": lies beside the account's folder "
                                + TarMember.show(prefix));
    }
}
