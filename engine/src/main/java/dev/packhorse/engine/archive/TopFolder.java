package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteString;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one folder at the root of an archive, and the account that its name speaks of.
///
/// Source: names as pkgacct and the scheduled backups of cPanel write them: `cpmove-USER`, `USER`,
/// `backup-M.D.YYYY_HH-MM-SS_USER`.
record TopFolder(String name, AccountName account) {
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:cpmove-|backup-\\d{1,2}\\.\\d{1,2}\\.\\d{4}_\\d{2}-\\d{2}-\\d{2}_)?(.+)");

    /// Judges the first component of the first member.
    ///
    /// @throws ArchiveException HOSTILE if it is not named after an account
    static TopFolder of(ByteString name) throws ArchiveException {
        String text = name.display();
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches() || !AccountName.isValid(matcher.group(1))) {
            throw new ArchiveException(
                    Kind.HOSTILE,
                    TarMember.show(name)
                            + ": top folder is not named after an account"
                            + " (cpmove-USER, USER or backup-DATE_TIME_USER)");
        }
        return new TopFolder(text, new AccountName(matcher.group(1)));
    }

    boolean is(ByteString component) {
        return component.equals(ByteString.of(name));
    }
}
