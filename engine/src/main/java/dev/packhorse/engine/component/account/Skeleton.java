package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.host.HostFiles;
import java.io.IOException;
import java.util.List;

/// What every archive has, whatever the account: the folders that readers list without looking, the
/// version, and the small facts about where it comes from.
///
/// Source: docs.cpanel.net "Backup Tarball Contents"; the folders and values of published writers.
final class Skeleton {
    private static final int FOLDER = 0700;
    private static final int OPEN_FOLDER = 0755;
    private static final int FILE = 0600;
    private static final String PANEL_VERSION = "/usr/local/cpanel/version";
    private static final String USUAL_VERSION = "11.138.0.1";
    private static final List<String> FOLDERS =
            List.of(
                    "apache_tls",
                    "bandwidth",
                    "bandwidth_db",
                    "counters",
                    "cp",
                    "cron",
                    "customizations",
                    "dnszones",
                    "domainkeys",
                    "domainkeys/private",
                    "domainkeys/public",
                    "httpfiles",
                    "ips",
                    "locale",
                    "logs",
                    "meta",
                    "mm",
                    "mma",
                    "mma/priv",
                    "mma/pub",
                    "mms",
                    "mysql",
                    "mysql-timestamps",
                    "psql",
                    "resellerconfig",
                    "resellerfeatures",
                    "resellerpackages",
                    "ssl",
                    "sslcerts",
                    "sslkeys",
                    "suspended",
                    "suspendinfo",
                    "team",
                    "userdata",
                    "va",
                    "vad",
                    "vf");
    private static final List<String> OPEN_FOLDERS = List.of("dnssec_keys", "userconfig");

    private Skeleton() {}

    /// Writes it. The home's folder is left to the module that knows its mode.
    static void pack(PackContext context, ArchiveSink sink) throws IOException {
        for (String folder : FOLDERS) {
            sink.addFolder(folder, FOLDER);
        }
        for (String folder : OPEN_FOLDERS) {
            sink.addFolder(folder, OPEN_FOLDER);
        }
        String home = context.account().home() + "\n";
        sink.addText("version", FILE, "pkgacct version: 10\narchive version: 4\n");
        sink.addText("packaged_in_version", FILE, version(context) + "\n");
        // readers look for it; no address of the sixth version is known to belong to an account
        sink.addText("ips/related_ips", FILE, "");
        sink.addText("homedir_paths", FILE, home);
        sink.addText("meta/homedir_paths", FILE, home);
        // 0 although names have the prefix: so do real archives, and readers refuse 1
        sink.addText("meta/dbprefix", FILE, "0");
        sink.addText("meta/mailserver", FILE, "dovecot");
        sink.addText("meta/hostname", FILE, context.services().hostname());
    }

    /// The panel's version where there is a panel, else the one that archives of this form stand
    /// for.
    private static String version(PackContext context) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        return files.readText(PANEL_VERSION)
                .map(String::strip)
                .filter(text -> text.matches("[0-9.]{1,40}"))
                .orElse(USUAL_VERSION);
    }
}
