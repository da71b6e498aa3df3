package dev.packhorse.engine.component.web;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.home.FileAside;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The web sites of a suspended account: every page of them leads to the panel's notice, by a rule
/// in the `.htaccess` at the top of each site. The file that was there waits as `.htaccess.suspend`
/// and comes back as it was; where something else bears that name, the rule goes before the old
/// ones instead. All as the account, and every call may be made again.
///
/// Source: the notice's address `/cgi-sys/suspendedpage.cgi`, and `.htaccess.suspend` for the rules
/// that were in force before, as public programs know them; Apache's manual on `RedirectMatch`.
public final class SuspendedSites {
    /// First in the file, so that a rule of the account's cannot pass for it.
    static final String RULE = "RedirectMatch 302 \"^/\" \"/cgi-sys/suspendedpage.cgi\"\n";

    private static final Pattern REDIRECT =
            Pattern.compile("\\s*Redirect(?:Match)?\\s.*/cgi-sys/suspendedpage\\.cgi.*");
    private static final FileAside BEFORE =
            new FileAside(HtaccessEdit.FILE, ByteName.of(".htaccess.suspend"));
    private static final int MODE = 0644;

    private SuspendedSites() {}

    /// Closes the sites that lie in the home.
    ///
    /// @return a sentence for each that stays open, with the reason
    /// @throws ComponentException if there is no home, or it is not safe to open
    public static List<String> close(HostRoot root, Account account)
            throws ComponentException, IOException {
        List<String> left = new ArrayList<>();
        HtaccessEdit.inEach(root, account, left::add, (site, folder) -> close(site, folder, left));
        for (String site : SiteFolders.elsewhere(account)) {
            left.add(site + ": not redirected, it lies outside of the home");
        }
        return left;
    }

    private static void close(String site, Directory folder, List<String> left) throws IOException {
        Optional<String> text = HtaccessEdit.text(folder, HtaccessEdit.FILE);
        if (isClosed(folder)) {
            return;
        }
        if (folder.find(HtaccessEdit.FILE).isEmpty() || BEFORE.keep(folder)) {
            HomeWork.replace(folder, HtaccessEdit.FILE, RULE, MODE);
        } else if (text.isPresent()) {
            HtaccessEdit.replace(folder, RULE + text.get());
        } else {
            left.add(site + "/.htaccess: not changed, it is no file of rules");
        }
    }

    static boolean isClosed(Directory folder) throws IOException {
        return HtaccessEdit.text(folder, HtaccessEdit.FILE)
                .filter(text -> text.startsWith(RULE))
                .isPresent();
    }

    /// Opens them again.
    ///
    /// @return a sentence for each that stays closed, with the reason
    /// @throws ComponentException if there is no home, or it is not safe to open
    public static List<String> open(HostRoot root, Account account)
            throws ComponentException, IOException {
        List<String> left = new ArrayList<>();
        HtaccessEdit.inEach(root, account, left::add, (_, folder) -> mend(folder));
        return left;
    }

    /// Takes a suspension, of this program's or of the panel's, out of a site's rules.
    ///
    /// @return whether there was one
    static boolean mend(Directory folder) throws IOException {
        if (BEFORE.isOneFile(folder)) {
            BEFORE.bringBack(folder);
            return true;
        }
        String text = HtaccessEdit.text(folder, HtaccessEdit.FILE).orElse("");
        String kept = text.startsWith(RULE) ? text.substring(RULE.length()) : withoutRedirect(text);
        if (kept.length() == text.length()) {
            return false;
        }
        if (kept.isBlank() && BEFORE.isThere(folder)) {
            BEFORE.bringBack(folder);
        } else if (kept.isBlank()) {
            folder.removeFile(HtaccessEdit.FILE);
        } else {
            HtaccessEdit.replace(folder, kept);
        }
        return true;
    }

    private static String withoutRedirect(String text) {
        StringBuilder kept = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            kept.append(REDIRECT.matcher(line.stripTrailing()).matches() ? "" : line);
        }
        return kept.toString();
    }
}
