package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.home.FileAside;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The mail logins of a suspended account, in `etc/DOMAIN/shadow` of its home: locked, and open
/// again except for those that had been locked before. The file that was there waits beside and
/// comes back as it was. All as the account, and every call may be made again. Mail still arrives.
///
/// Source: lines `LOGIN:HASH:…` in the manner of shadow(5), and `*LOCKED*` before the hash of a
/// suspended login, as public importers know them.
public final class SuspendedLogins {
    private static final String LOCK = "*LOCKED*";
    private static final ByteName SHADOW = ByteName.of("shadow");
    private static final FileAside BEFORE =
            new FileAside(SHADOW, ByteName.of("shadow.packhorse-suspended"));
    private static final int MAX_BYTES = 8 << 20;

    private SuspendedLogins() {}

    /// Locks the logins of all domains.
    ///
    /// @return a sentence for each domain whose logins stay open, with the reason
    /// @throws ComponentException if there is no home, or it is not safe to open
    public static List<String> lock(HostRoot root, Account account)
            throws ComponentException, IOException {
        return inEach(root, account, SuspendedLogins::lock);
    }

    /// Opens those again that the suspension locked.
    ///
    /// @return a sentence for each domain whose logins stay locked, with the reason
    /// @throws ComponentException if there is no home, or it is not safe to open
    public static List<String> unlock(HostRoot root, Account account)
            throws ComponentException, IOException {
        return inEach(root, account, SuspendedLogins::unlock);
    }

    private static List<String> inEach(HostRoot root, Account account, Change change)
            throws ComponentException, IOException {
        return HomeWork.in(
                root,
                account,
                home -> {
                    List<String> left = new ArrayList<>();
                    for (String domain : account.domains().all()) {
                        Optional<Directory> folder = HomeWork.open(home, "etc/" + domain);
                        if (folder.isPresent()) {
                            try (Directory opened = folder.get()) {
                                change.in(opened).ifPresent(why -> left.add(logins(domain) + why));
                            } catch (PosixException e) {
                                left.add(logins(domain) + e.getMessage());
                            }
                        }
                    }
                    return left;
                });
    }

    private static String logins(String domain) {
        return "mail logins of " + domain + ": not changed, ";
    }

    private static Optional<String> lock(Directory folder) throws IOException {
        Optional<FileStat> stat = folder.find(SHADOW);
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> text = HomeWork.text(folder, SHADOW, MAX_BYTES);
        if (text.isEmpty()) {
            return Optional.of("its file " + SHADOW + " is no file of logins");
        }
        String locked =
                each(text.get(), fields -> isLocked(fields[1]) ? fields[1] : LOCK + fields[1]);
        if (locked.equals(text.get())) {
            return Optional.empty();
        }
        // Where an earlier file waits already, only logins that came since are locked now.
        boolean _ = BEFORE.keep(folder);
        HomeWork.replace(folder, SHADOW, locked, stat.get().mode() & 0777);
        return Optional.empty();
    }

    private static Optional<String> unlock(Directory folder) throws IOException {
        Optional<String> before = HomeWork.text(folder, BEFORE.aside(), MAX_BYTES);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> hashes = new HashMap<>();
        String _ =
                each(
                        before.get(),
                        fields -> {
                            hashes.put(fields[0], fields[1]);
                            return fields[1];
                        });
        String text = HomeWork.text(folder, SHADOW, MAX_BYTES).orElse("");
        String open =
                each(
                        text,
                        fields ->
                                isLocked(hashes.getOrDefault(fields[0], ""))
                                        ? fields[1]
                                        : withoutLock(fields[1]));
        if (!text.isEmpty() && !open.equals(before.get())) {
            int mode = folder.stat(SHADOW).mode() & 0777;
            HomeWork.replace(folder, SHADOW, open, mode);
            folder.removeFile(BEFORE.aside());
        } else {
            BEFORE.bringBack(folder);
        }
        return Optional.empty();
    }

    private static boolean isLocked(String hash) {
        return hash.startsWith(LOCK);
    }

    private static String withoutLock(String hash) {
        return isLocked(hash) ? hash.substring(LOCK.length()) : hash;
    }

    /// The text with other hashes; what is no login stays, also an end without a line end.
    ///
    /// @param change the new hash of a login, of its fields
    private static String each(String text, Function<String[], String> change) {
        return Arrays.stream(text.split("\n", -1))
                .map(line -> {
                    String[] fields = line.split(":", -1);
                    if (fields.length < 2 || fields[1].isEmpty()) {
                        return line;
                    }
                    fields[1] = change.apply(fields);
                    return String.join(":", fields);
                })
                .collect(Collectors.joining("\n"));
    }

    /// What is done with one domain's logins.
    @FunctionalInterface
    private interface Change {
        /// Does it.
        ///
        /// @return why it was not done, empty if it was
        Optional<String> in(Directory folder) throws IOException;
    }
}
