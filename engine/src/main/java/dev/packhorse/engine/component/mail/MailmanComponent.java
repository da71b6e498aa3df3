package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.HostTree;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Mailing lists of Mailman 2: the folder of each list, its archives, and what is kept of suspended
/// lists. A list is described by a Python pickle, which runs code when it is loaded, so lists come
/// back from archives of this server alone.
///
/// Source: docs.cpanel.net "Backup Tarball Contents", `mm`, `mma`, `mms`; docs.python.org "pickle",
/// its warning.
public final class MailmanComponent extends PanelComponent {
    private static final String LISTS = "mm";
    private static final String PRIVATE = "mma/priv";
    private static final String PUBLIC = "mma/pub";
    private static final String SUSPENDED = "mms";
    private static final String LOCAL_PART = "[a-z0-9._+-]{1,64}";
    private static final String MBOX = ".mbox";
    private static final Map<String, String> PLACES =
            Map.of(
                    LISTS, ServiceLayout.MAILMAN_FOLDER + "/lists",
                    PRIVATE, ServiceLayout.MAILMAN_FOLDER + "/archives/private",
                    SUSPENDED, ServiceLayout.MAILMAN_FOLDER + "/suspended.lists");
    private static final String PUBLIC_PLACE = ServiceLayout.MAILMAN_FOLDER + "/archives/public";

    public MailmanComponent() {
        super(
                new ComponentName("Mailman"),
                "Mailing lists and their archives.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of("mm/", "mma/", "mms/"),
                "mailing lists");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        Set<String> domains = context.account().domains().all();
        HostTree tree = new HostTree(files, context.cancellation());
        long lists = 0;
        for (Map.Entry<String, String> each : PLACES.entrySet()) {
            for (ByteName name : files.list(each.getValue())) {
                if (isOwn(name.toString(), domains)) {
                    packOne(files, tree, each.getValue(), name, each.getKey(), sink);
                    lists += each.getKey().equals(LISTS) ? 1 : 0;
                }
            }
        }
        for (ByteName name : files.list(PUBLIC_PLACE)) {
            if (isOwn(name.toString(), domains)) {
                // a link to the private archive; that it is there says that the archive is public
                sink.addText(PUBLIC + "/" + name, 0600, "");
            }
        }
        return lists == 0 && tree.leftOut().isEmpty()
                ? PackReport.EMPTY
                : new PackReport(Map.of("lists", lists), tree.leftOut().toList());
    }

    private static void packOne(
            HostFiles files,
            HostTree tree,
            String folder,
            ByteName name,
            String member,
            ArchiveSink sink)
            throws IOException {
        try (Directory opened = files.open(folder)) {
            if (opened.stat(name).type() == FileType.REGULAR) {
                tree.packFile(opened, name, member + "/" + name, sink);
                return;
            }
        }
        tree.pack(folder + "/" + name, member + "/" + name, sink);
    }

    /// Whether a name is that of a list, `NAME_DOMAIN`, or of its mailbox.
    private static boolean isOwn(String name, Set<String> domains) {
        String list = name.endsWith(MBOX) ? name.substring(0, name.length() - MBOX.length()) : name;
        return domains.stream()
                .anyMatch(domain ->
                        list.endsWith("_" + domain)
                                && list.substring(0, list.length() - domain.length() - 1)
                                        .matches(LOCAL_PART));
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return PLACES.keySet().stream().anyMatch(each -> !source.names(each).isEmpty());
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        Optional<UserEntry> mailman =
                new UserDatabase(target.context().services().root()).find("mailman");
        if (mailman.isEmpty() || target.files().stat(ServiceLayout.MAILMAN_FOLDER).isEmpty()) {
            return RestoreReport.absent("no Mailman on this server");
        }
        if (target.restricted()) {
            source.names(LISTS)
                    .forEach(name ->
                            target.notes()
                                    .skipped(
                                            "list "
                                                    + JsonFields.printable(name)
                                                    + ": its description could run code, not taken from an"
                                                    + " archive of unknown origin"));
            return target.notes().report(Map.of("lists", 0L));
        }
        HostTree tree = new HostTree(target.files(), target.context().cancellation());
        FileRights file = new FileRights(0660, mailman.get().uid(), mailman.get().gid());
        FileRights folder = new FileRights(02775, mailman.get().uid(), mailman.get().gid());
        long lists = 0;
        for (Map.Entry<String, String> each : PLACES.entrySet()) {
            for (String name : source.names(each.getKey())) {
                if (!isOwn(name, target.domains())) {
                    target.notes().skipped(JsonFields.printable(name) + ": no list of the account");
                    continue;
                }
                restoreOne(
                        source,
                        tree,
                        each.getKey() + "/" + name,
                        each.getValue(),
                        name,
                        file,
                        folder);
                lists += each.getKey().equals(LISTS) ? 1 : 0;
            }
        }
        publish(target, source, folder);
        ItemList leftOut = tree.leftOut();
        leftOut.toList().forEach(target.notes()::skipped);
        return target.notes().report(Map.of("lists", lists));
    }

    private static void restoreOne(
            ArchiveSource source,
            HostTree tree,
            String member,
            String place,
            String name,
            FileRights file,
            FileRights folder)
            throws IOException {
        if (source.file(member).isPresent()) {
            tree.restoreFile(source.file(member).get(), place, ByteName.of(name), file);
        } else {
            tree.restore(source, member, place + "/" + name, file, folder);
        }
    }

    private static void publish(RestoreTarget target, ArchiveSource source, FileRights rights)
            throws IOException {
        for (String name : source.names(PUBLIC)) {
            if (isOwn(name, target.domains()) && !source.names(PRIVATE).isEmpty()) {
                target.files().makeFolder(PUBLIC_PLACE, rights);
                String link = PUBLIC_PLACE + "/" + name;
                if (target.files().stat(link).isEmpty()) {
                    target.files()
                            .makeSymlink(link, ByteString.of(PLACES.get(PRIVATE) + "/" + name));
                }
            }
        }
    }
}
