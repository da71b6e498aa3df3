package dev.packhorse.engine.provision;

import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.PackageName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A package of this server, as the settings that it gives to an account.
///
/// @param settings pairs of the account file
/// @param quotaMib the disk limit, 0 for none
/// @param shell whether accounts may log in to a shell
public record HostingPlan(SortedMap<String, String> settings, long quotaMib, boolean shell) {
    private static final List<String> LIMITS =
            List.of(
                    "MAXADDON",
                    "MAXFTP",
                    "MAXLST",
                    "MAXPARK",
                    "MAXPOP",
                    "MAXSQL",
                    "MAXSUB",
                    "MAX_EMAIL_PER_HOUR",
                    "MAX_DEFER_FAIL_PERCENTAGE",
                    "MAX_EMAILACCT_QUOTA");
    private static final Map<String, String> RENAMED =
            Map.of("FEATURELIST", "FEATURELIST", "LANG", "LOCALE", "CPMOD", "RS");

    public HostingPlan {
        settings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /// Reads a package; `default` and `undefined` are what every server has without a file.
    ///
    /// @throws ProvisionException if there is no such package
    /// @throws IOException if its file cannot be read or is damaged
    public static HostingPlan read(HostFiles files, String name)
            throws ProvisionException, IOException {
        if (!PackageName.isValid(name)) {
            throw new ProvisionException("“plan” is no name of a package");
        }
        String path = HostLayout.hostingPackage(name);
        Optional<String> text = files.readText(path);
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("PLAN", name);
        if (text.isEmpty()) {
            if (name.equals("default") || name.equals("undefined")) {
                return new HostingPlan(settings, 0, false);
            }
            throw new ProvisionException(
                    "there is no package of this name in " + HostLayout.PACKAGES_FOLDER);
        }
        SortedMap<String, String> pairs = AccountFile.parse(path, text.get());
        for (String key : LIMITS) {
            take(pairs, key, key, settings);
        }
        RENAMED.forEach((key, setting) -> take(pairs, key, setting, settings));
        settings.put("HASCGI", isYes(pairs, "CGI") ? "1" : "0");
        settings.put("BWLIMIT", bytes(pairs.getOrDefault("BWLIMIT", "unlimited")));
        return new HostingPlan(
                settings, number(pairs.getOrDefault("QUOTA", "")), isYes(pairs, "HASSHELL"));
    }

    private static void take(
            Map<String, String> pairs, String key, String setting, Map<String, String> into) {
        String value = pairs.get(key);
        if (value != null && !value.isEmpty()) {
            into.put(setting, value);
        }
    }

    private static boolean isYes(Map<String, String> pairs, String key) {
        return List.of("y", "1").contains(pairs.getOrDefault(key, "n"));
    }

    private static String bytes(String mib) {
        return number(mib) == 0 ? "unlimited" : Long.toString(number(mib) << 20);
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }
}
