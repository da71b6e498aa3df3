package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.PackageName;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What makes an account a reseller: privileges, name servers, and the packages and feature lists
/// that bear its name.
public final class ResellerComponent extends BasicComponent {
    private static final String RESELLERS = "resellerconfig/resellers";
    private static final String NAMESERVERS = "resellerconfig/resellers-nameservers";
    private static final String LIMITS = "resellerconfig/my_reseller-limits.yaml";
    private static final String PACKAGES = "resellerpackages";
    private static final String FEATURES = "resellerfeatures";
    private static final Pattern PRIVILEGES = Pattern.compile("[a-z0-9_-]+(?:,[a-z0-9_-]+)*|");
    private static final Pattern HOSTS =
            Pattern.compile("[a-z0-9.-]{1,253}(?:,[a-z0-9.-]{1,253}){0,7}|");

    public ResellerComponent() {
        super(
                Components.RESELLER,
                "Reseller privileges, packages and feature lists.",
                false,
                Set.of(Components.CP_USER),
                Set.of("resellerconfig/", PACKAGES + "/", FEATURES + "/"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        HostFiles files = new HostFiles(context.services().root());
        Optional<String> privileges = line(files, HostLayout.RESELLERS, account.name());
        if (privileges.isEmpty()) {
            return PackReport.EMPTY;
        }
        sink.addText(RESELLERS, 0600, privileges.get() + "\n");
        Optional<String> hosts = line(files, HostLayout.RESELLERS_NAMESERVERS, account.name());
        if (hosts.isPresent()) {
            sink.addText(NAMESERVERS, 0600, hosts.get() + "\n");
        }
        long packages = packOwn(files, account.name(), HostLayout.PACKAGES_FOLDER, PACKAGES, sink);
        packOwn(files, account.name(), HostLayout.FEATURES_FOLDER, FEATURES, sink);
        return PackReport.of(Map.of("packages", packages));
    }

    private static Optional<String> line(HostFiles files, String path, AccountName account)
            throws IOException {
        return files.readText(path)
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith(account + ":")).findFirst());
    }

    private static long packOwn(
            HostFiles files, AccountName account, String from, String to, ArchiveSink sink)
            throws IOException {
        long count = 0;
        for (ByteName each : files.list(from)) {
            String name = each.toString();
            if (isOwn(account, name)) {
                Optional<byte[]> content =
                        files.readBytes(from + "/" + name, HostFiles.DEFAULT_LIMIT);
                if (content.isPresent()) {
                    sink.addBytes(to + "/" + name, 0600, content.get());
                    count++;
                }
            }
        }
        return count;
    }

    /// Packages and feature lists bear the name that their reseller has.
    private record OwnNames(AccountName from, AccountName to) {
        private static final Pattern FEATURE_LIST = Pattern.compile("(?m)^(FEATURELIST=)(\\S+)$");

        String apply(String name) {
            return isOwn(from, name) ? to + name.substring(from.value().length()) : name;
        }

        String inPackage(String content) {
            return FEATURE_LIST
                    .matcher(content)
                    .replaceAll(
                            line -> Matcher.quoteReplacement(line.group(1) + apply(line.group(2))));
        }
    }

    private static boolean isOwn(AccountName account, String name) {
        return PackageName.isValid(name) && name.startsWith(account + "_");
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Optional<String> member = source.text(RESELLERS);
        if (member.isEmpty() || member.get().isBlank()) {
            return RestoreReport.nothing();
        }
        if (context.restricted()) {
            throw new ComponentException(
                    "reseller privileges are not taken from an archive of unknown origin");
        }
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server has no resellers");
        }
        Account account = Components.existing(context);
        String old = context.facts().account().value();
        String privileges = value(member.get(), old, PRIVILEGES, RESELLERS);
        RestoreNotes notes = new RestoreNotes();
        HostFiles files = new HostFiles(context.services().root());
        if (Set.of(privileges.split(",")).contains("all")) {
            notes.dangerous(
                    "reseller " + account.name() + ": has the privilege all, which is root's");
        }
        setLine(files, HostLayout.RESELLERS, account.name(), privileges);
        Optional<String> hosts = source.text(NAMESERVERS);
        if (hosts.isPresent() && !hosts.get().isBlank()) {
            setLine(
                    files,
                    HostLayout.RESELLERS_NAMESERVERS,
                    account.name(),
                    value(hosts.get(), old, HOSTS, NAMESERVERS));
        }
        if (source.file(LIMITS).isPresent()) {
            notes.skipped(LIMITS + ": limits of resellers are not restored");
        }
        OwnNames names = new OwnNames(context.facts().account(), account.name());
        long packages =
                restoreOwn(source, PACKAGES, files, HostLayout::hostingPackage, names, notes);
        restoreOwn(source, FEATURES, files, HostLayout::featureList, names, notes);
        return notes.report(Map.of("packages", packages));
    }

    private static String value(String text, String account, Pattern grammar, String member)
            throws ComponentException {
        String line = text.lines().findFirst().orElse("");
        String value = line.startsWith(account + ":") ? line.substring(account.length() + 1) : "?";
        if (!grammar.matcher(value).matches()) {
            throw new ComponentException("the member " + member + " has no line of the account");
        }
        return value;
    }

    private static void setLine(HostFiles files, String path, AccountName account, String value)
            throws IOException {
        OwnLines.change(() -> setLineAlone(files, path, account, value));
    }

    private static void setLineAlone(
            HostFiles files, String path, AccountName account, String value) throws IOException {
        StringBuilder text = new StringBuilder();
        boolean[] placed = {false};
        String own = account + ":" + value + "\n";
        files.readText(path)
                .orElse("")
                .lines()
                .forEach(line -> {
                    if (!line.startsWith(account + ":")) {
                        text.append(line).append('\n');
                    } else if (!placed[0]) {
                        placed[0] = true;
                        text.append(own);
                    }
                });
        write(files, path, placed[0] ? text.toString() : text + own);
    }

    private static long restoreOwn(
            ArchiveSource source,
            String folder,
            HostFiles files,
            UnaryOperator<String> place,
            OwnNames names,
            RestoreNotes notes)
            throws IOException {
        long count = 0;
        for (String name : source.names(folder)) {
            Optional<String> content = source.text(folder + "/" + name);
            if (content.isEmpty() || !isOwn(names.from(), name)) {
                notes.skipped(folder + "/" + name + ": does not bear the reseller's name");
                continue;
            }
            write(files, place.apply(names.apply(name)), names.inPackage(content.get()));
            count++;
        }
        return count;
    }

    private static void write(HostFiles files, String path, String text) throws IOException {
        files.replaceContent(path, LosslessText.encode(text), FileRights.ofRoot(0644));
    }
}
