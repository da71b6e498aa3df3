package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.PackageName;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What the pairs of an account file may say in an archive that nobody vouches for: known keys with
/// values of their grammar.
///
/// Source: docs.cpanel.net "Backup Tarball Contents"; values as public readers and writers have
/// them.
final class SettingRules {
    private static final Predicate<String> NUMBER = matches("[0-9]{1,15}");
    private static final Predicate<String> LIMIT = matches("[0-9]{1,15}|unlimited");
    private static final Predicate<String> FLAG = matches("[01]?");
    private static final Predicate<String> WORD = matches("[A-Za-z0-9_.-]{0,64}");
    private static final Predicate<String> ADDRESS =
            matches("|[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final Map<String, Predicate<String>> KNOWN =
            Map.ofEntries(
                    Map.entry("BACKUP", FLAG),
                    Map.entry("BWLIMIT", LIMIT),
                    Map.entry("CONTACTEMAIL", ADDRESS),
                    Map.entry("CONTACTEMAIL2", ADDRESS),
                    Map.entry("CREATED_IN_VERSION", WORD),
                    Map.entry("DEMO", FLAG),
                    Map.entry("DISK_BLOCK_LIMIT", LIMIT),
                    Map.entry("FEATURELIST", PackageName::isValid),
                    Map.entry("HASCGI", FLAG),
                    Map.entry("HASDKIM", FLAG),
                    Map.entry("HASSPF", FLAG),
                    Map.entry("LANG", WORD),
                    Map.entry("LEGACY_BACKUP", FLAG),
                    Map.entry("LOCALE", WORD),
                    Map.entry("MAILBOX_FORMAT", matches("maildir|mdbox")),
                    Map.entry("MAXADDON", LIMIT),
                    Map.entry("MAXFTP", LIMIT),
                    Map.entry("MAXLST", LIMIT),
                    Map.entry("MAXPARK", LIMIT),
                    Map.entry("MAXPASSENGERAPPS", LIMIT),
                    Map.entry("MAXPOP", LIMIT),
                    Map.entry("MAXSQL", LIMIT),
                    Map.entry("MAXSUB", LIMIT),
                    Map.entry("MAX_DEFER_FAIL_PERCENTAGE", LIMIT),
                    Map.entry("MAX_EMAILACCT_QUOTA", LIMIT),
                    Map.entry("MAX_EMAIL_PER_HOUR", LIMIT),
                    Map.entry("MAX_TEAM_USERS", LIMIT),
                    Map.entry("MTIME", NUMBER),
                    Map.entry("PLAN", PackageName::isValid),
                    Map.entry("RS", WORD),
                    Map.entry("SSL_DEFAULT_KEY_TYPE", WORD),
                    Map.entry("STARTDATE", NUMBER),
                    Map.entry("TRANSFERRED_OR_RESTORED", NUMBER),
                    Map.entry("UTF8MAILBOX", FLAG));
    private static final Predicate<String> ROUTING = matches("0|1|local|remote|auto|secondary");
    private static final String MXCHECK = "MXCHECK-";
    private static final String NOTIFY = "notify_";

    private SettingRules() {}

    private static Predicate<String> matches(String pattern) {
        return Pattern.compile(pattern).asMatchPredicate();
    }

    /// Whether the key is one that the program knows.
    static boolean knows(String key) {
        return KNOWN.containsKey(key) || key.startsWith(MXCHECK) || key.startsWith(NOTIFY);
    }

    /// Whether the value is one that the key may have.
    static boolean takes(String key, String value) {
        Predicate<String> rule = KNOWN.get(key);
        if (rule != null) {
            return rule.test(value);
        }
        if (key.startsWith(MXCHECK)) {
            return DomainName.isValid(key.substring(MXCHECK.length())) && ROUTING.test(value);
        }
        return key.startsWith(NOTIFY) && key.matches("notify_[a-z_]{1,60}") && FLAG.test(value);
    }
}
