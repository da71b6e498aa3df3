package dev.packhorse.engine.archive;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a symbolic link of a home directory points, by its text alone; links are never followed.
final class LinkRules {
    /// Every cPanel home has this one, and the server makes it anew.
    private static final BytePath ACCESS_LOGS = BytePath.of("homedir/access-logs");

    private final Pattern home;

    /// @param account whose home it is
    LinkRules(AccountName account) {
        home = Pattern.compile("/home[0-9]*/" + Pattern.quote(account.value()) + "(/.*)?");
    }

    /// Whether the link is one that the server itself makes outside the home.
    static boolean isServerMade(BytePath link) {
        return link.equals(ACCESS_LOGS);
    }

    /// Whether the target lies in the home: a relative one that never climbs out of it, or an
    /// absolute one below the account's home as cPanel places it.
    boolean staysInHome(BytePath link, ByteString target) {
        String text = target.display();
        if (!text.startsWith("/")) {
            return staysBelow(text, link.names().size() - 1);
        }
        Matcher matcher = home.matcher(text);
        return matcher.matches() && (matcher.group(1) == null || staysBelow(matcher.group(1), 1));
    }

    /// Whether following the text from a folder so many levels deep never goes above the first.
    private static boolean staysBelow(String text, int start) {
        int depth = start;
        for (String component : text.split("/", -1)) {
            switch (component) {
                case "", "." -> {}
                case ".." -> depth--;
                default -> depth++;
            }
            if (depth < 1) {
                return false;
            }
        }
        return true;
    }
}
