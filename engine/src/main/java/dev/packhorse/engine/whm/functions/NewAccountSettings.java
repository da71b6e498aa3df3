package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.PackageName;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The arguments of `createacct` that become lines of the account file: each wins over what the
/// package says.
final class NewAccountSettings {
    private static final String LIMIT = "[0-9]{1,9}|unlimited";
    private static final String UNLIMITED = "unlimited";
    private static final int MIB_BITS = 20;
    private static final String LIMIT_RULE = "write a number, or unlimited";
    private static final String WORD = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";

    /// An argument that is written down as it is.
    ///
    /// @param key in the account file
    /// @param grammar what it may be
    /// @param rule the grammar in words
    private record Setting(
            String parameter, String key, String grammar, String rule, String meaning) {
        static Setting limit(String parameter, String key) {
            return new Setting(
                    parameter, key, LIMIT, LIMIT_RULE, "A limit: a number, or unlimited");
        }
    }

    private static final List<Setting> SETTINGS =
            List.of(
                    Setting.limit("maxaddon", "MAXADDON"),
                    Setting.limit("maxftp", "MAXFTP"),
                    Setting.limit("maxlst", "MAXLST"),
                    Setting.limit("maxpark", "MAXPARK"),
                    Setting.limit("maxpop", "MAXPOP"),
                    Setting.limit("maxsql", "MAXSQL"),
                    Setting.limit("maxsub", "MAXSUB"),
                    Setting.limit("max_defer_fail_percentage", "MAX_DEFER_FAIL_PERCENTAGE"),
                    Setting.limit("max_email_per_hour", "MAX_EMAIL_PER_HOUR"),
                    Setting.limit("max_emailacct_quota", "MAX_EMAILACCT_QUOTA"),
                    new Setting(
                            "max_team_users",
                            "MAX_TEAM_USERS",
                            "[0-7]",
                            "write a number from 0 to 7",
                            "How many users of a team, 0 to 7"),
                    new Setting(
                            "cpmod",
                            "RS",
                            WORD,
                            "a theme's name has letters, digits, “.”, “_” and “-”",
                            "The panel's theme"),
                    new Setting(
                            "language",
                            "LOCALE",
                            WORD,
                            "a locale is a tag as en or pt_br",
                            "The account's locale"));

    private final HostFiles files;

    NewAccountSettings(HostFiles files) {
        this.files = files;
    }

    static List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>();
        for (Setting each : SETTINGS) {
            all.add(optional(each.parameter(), ParameterSpec.Type.TEXT, each.meaning()));
        }
        all.add(
                optional(
                        "bwlimit",
                        ParameterSpec.Type.TEXT,
                        "Traffic in a month, in MiB, or unlimited"));
        all.add(optional("featurelist", ParameterSpec.Type.TEXT, "A feature list of this server"));
        all.add(
                optional("mailbox_format", ParameterSpec.Type.TEXT, "The form of its mailboxes")
                        .oneOf("maildir", "mdbox"));
        all.add(
                optional(
                                "mxcheck",
                                ParameterSpec.Type.TEXT,
                                "Where mail of its domain is delivered")
                        .oneOf("local", "secondary", "remote", "auto"));
        all.add(optional("cgi", ParameterSpec.Type.FLAG, "Whether CGI programs run"));
        return all;
    }

    /// Puts the lines in.
    ///
    /// @throws WhmException naming the argument that cannot be one
    void put(Arguments arguments, String domain, Map<String, String> lines) throws WhmException {
        for (Setting each : SETTINGS) {
            if (arguments.has(each.parameter())) {
                String value = arguments.text(each.parameter());
                if (!value.matches(each.grammar())) {
                    throw Text.badValue(each.parameter(), each.rule());
                }
                lines.put(each.key(), value);
            }
        }
        if (arguments.has("bwlimit")) {
            lines.put("BWLIMIT", bytes(arguments.text("bwlimit")));
        }
        if (arguments.has("featurelist")) {
            lines.put("FEATURELIST", featureList(arguments.text("featurelist")));
        }
        if (arguments.has("mailbox_format")) {
            lines.put("MAILBOX_FORMAT", arguments.text("mailbox_format"));
        }
        if (arguments.has("mxcheck")) {
            lines.put("MXCHECK-" + domain, arguments.text("mxcheck"));
        }
        if (arguments.has("cgi")) {
            lines.put("HASCGI", arguments.text("cgi"));
        }
    }

    private static String bytes(String mib) throws WhmException {
        if (!mib.matches(LIMIT)) {
            throw Text.badValue("bwlimit", LIMIT_RULE);
        }
        boolean none = mib.equals(UNLIMITED) || Long.parseLong(mib) == 0;
        return none ? UNLIMITED : Long.toString(Long.parseLong(mib) << MIB_BITS);
    }

    /// Every server has the list `default`, be there a file or not.
    private String featureList(String name) throws WhmException {
        try {
            boolean known =
                    PackageName.isValid(name)
                            && (name.equals("default")
                                    || files.stat(HostLayout.featureList(name)).isPresent());
            if (!known) {
                throw Text.badValue(
                        "featurelist",
                        "there is no feature list of this name in " + HostLayout.FEATURES_FOLDER);
            }
            return name;
        } catch (IOException e) {
            throw Text.failed("The feature lists cannot be read", e);
        }
    }
}
