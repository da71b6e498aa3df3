package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.PackageName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The package that an account was sold with: where this server lacks it, it is made from the
/// account's own limits. An archive has no member for it.
public final class PackageComponent extends BasicComponent {
    private static final List<String> LIMITS =
            List.of(
                    "BWLIMIT",
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
    private static final long BLOCKS_A_MIB = 1_024;
    private static final long BYTES_A_MIB = 1L << 20;

    public PackageComponent() {
        super(
                Components.PACKAGE,
                "The account's package, if the server lacks it.",
                false,
                Set.of(Components.CP_USER, Components.RESELLER),
                Set.of());
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) {
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (context.restricted()) {
            throw new ComponentException("packages are not made from an archive of unknown origin");
        }
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server has no packages");
        }
        Account account = Components.existing(context);
        String plan = account.setting("PLAN", "default");
        HostFiles files = new HostFiles(context.services().root());
        if (!PackageName.isValid(plan)
                || plan.equals("default")
                || plan.equals("undefined")
                || files.stat(HostLayout.hostingPackage(plan)).isPresent()) {
            return RestoreReport.nothing();
        }
        files.write(
                HostLayout.hostingPackage(plan),
                AccountFile.render(limits(account)).getBytes(StandardCharsets.UTF_8),
                FileRights.ofRoot(0644));
        return RestoreReport.done(Map.of());
    }

    /// Flags are `y` and `n` in a package, the disk limit and the traffic are in MiB.
    private static SortedMap<String, String> limits(Account account) {
        SortedMap<String, String> limits = new TreeMap<>();
        for (String key : LIMITS) {
            String value = account.settings().get(key);
            if (value != null) {
                limits.put(key, value);
            }
        }
        limits.computeIfPresent("BWLIMIT", (_, bytes) -> scaled(bytes, BYTES_A_MIB));
        limits.put("QUOTA", scaled(account.setting("DISK_BLOCK_LIMIT", "0"), BLOCKS_A_MIB));
        limits.put("CGI", account.setting("HASCGI", "1").equals("1") ? "y" : "n");
        limits.put("HASSHELL", account.setting("HASSHELL", "0").equals("1") ? "y" : "n");
        limits.put("FEATURELIST", account.setting("FEATURELIST", "default"));
        limits.put("LANG", account.setting("LOCALE", "en"));
        limits.put("CPMOD", account.setting("RS", "jupiter"));
        limits.put("IP", "n");
        return limits;
    }

    private static String scaled(String value, long unit) {
        if (!value.matches("[0-9]{1,15}") || value.matches("0+")) {
            return "unlimited";
        }
        return Long.toString(Math.max(1, Long.parseLong(value) / unit));
    }
}
