package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The one file in `cp/`, which says whose archive it is. Its name, its `USER` line and the top
/// folder must agree.
final class AccountMember {
    static final ByteName FOLDER = ByteName.of("cp");

    private static final long MOST_BYTES = 1 << 20;
    private static final String USER = "USER=";

    private AccountMember() {}

    /// Whose archive it is.
    ///
    /// @param unpacked the folder with the members outside the home directory
    /// @param names what lies in `cp/`
    static AccountName judge(Path unpacked, List<ByteName> names, ArchiveRoot root)
            throws IOException {
        if (names.isEmpty()) {
            throw new ArchiveException(
                    Kind.NOT_AN_ARCHIVE,
                    "no account archive: " + root.name() + " holds no account file (cp/USER)");
        }
        if (names.size() > 1) {
            throw new ArchiveException(
                    Kind.HOSTILE, "cp: holds " + names.size() + " account files instead of one");
        }
        String name = names.getFirst().toString();
        Path file = unpacked.resolve(FOLDER.toString()).resolve(name);
        if (!AccountName.isValid(name) || !Files.isRegularFile(file)) {
            throw new ArchiveException(Kind.HOSTILE, "cp/" + name + ": not an account file");
        }
        AccountName account = new AccountName(name);
        if (!account.equals(root.account())) {
            throw disagree(name, "the top folder is " + root.name());
        }
        requireSameUser(file, account);
        return account;
    }

    private static void requireSameUser(Path file, AccountName account) throws IOException {
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            throw new ArchiveException(
                    Kind.LIMIT, "cp/" + account + ": account file of " + size + " bytes");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            String plain = line.strip();
            if (plain.startsWith(USER) && !plain.equals(USER + account)) {
                throw disagree(account.value(), "its USER line names somebody else");
            }
        }
    }

    private static ArchiveException disagree(String name, String but) {
        return new ArchiveException(Kind.HOSTILE, "cp/" + name + ": " + but);
    }
}
