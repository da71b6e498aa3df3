package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Files and folders of the home that belonged to the web server's user `nobody`. Their list is
/// written by the module Homedir, which sees them on its way through the home. A restored one is
/// given to `nobody` only if it is the account's own and has no further name, judged by its
/// descriptor: so nothing changes hands that the account could not have handed over by a program
/// that the web server runs.
public final class NobodyFilesComponent extends BasicComponent {
    static final String MEMBER = "nobodyfiles";
    static final String USER = "nobody";
    private static final int MOST = 100_000;
    private static final int SPECIAL = 07000;

    public NobodyFilesComponent() {
        super(
                new ComponentName("NobodyFiles"),
                "Files of the home that belong to the web server's user.",
                true,
                Set.of(
                        Components.HOMEDIR,
                        new ComponentName("MailFix"),
                        new ComponentName("Htaccess"),
                        new ComponentName("FileProtect")),
                Set.of(MEMBER));
    }

    /// Where the home is not packed, readers still expect the member.
    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        if (context.options().silencing(Components.HOMEDIR).isPresent()) {
            sink.addText(MEMBER, 0600, "");
        }
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        List<String> paths =
                source.text(MEMBER)
                        .orElse("")
                        .lines()
                        .filter(line -> !line.isBlank())
                        .limit(MOST)
                        // what lies in a folder first, since the account may lose it then
                        .sorted(Comparator.reverseOrder())
                        .toList();
        if (paths.isEmpty()) {
            return RestoreReport.nothing();
        }
        Optional<UserEntry> nobody = new UserDatabase(context.services().root()).find(USER);
        if (nobody.isEmpty() || nobody.get().uid() == 0) {
            return RestoreReport.absent("this server has no user nobody");
        }
        RestoreTarget target = RestoreTarget.of(context, source);
        int uid = nobody.get().uid();
        long given;
        try (OwnerAccess owner = new OwnerAccess()) {
            given =
                    HomeWork.in(
                            context.services().root(),
                            target.account(),
                            home -> giveAll(home, paths, target, uid, owner));
        }
        return target.notes().report(Map.of("nobodyfiles", given));
    }

    private static long giveAll(
            Directory home, List<String> paths, RestoreTarget target, int uid, OwnerAccess owner)
            throws IOException {
        long given = 0;
        for (String path : paths) {
            target.context().cancellation().check();
            String inside = inside(path, target);
            if (give(home, inside, target, uid, owner)) {
                given++;
            } else {
                target.notes()
                        .skipped(
                                JsonFields.printable(path)
                                        + ": not given to "
                                        + USER
                                        + ", no file of the account");
            }
        }
        return given;
    }

    /// Absolute paths of the old home are taken as well as relative ones.
    private static String inside(String path, RestoreTarget target) {
        String text = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return text.startsWith(target.oldHome() + "/")
                ? text.substring(target.oldHome().length() + 1)
                : text.startsWith("./") ? text.substring(2) : text;
    }

    private static boolean give(
            Directory home, String path, RestoreTarget target, int uid, OwnerAccess owner)
            throws IOException {
        if (!isPlain(path)) {
            return false;
        }
        int slash = path.lastIndexOf('/');
        Optional<Directory> above = HomeWork.open(home, slash < 0 ? "" : path.substring(0, slash));
        if (above.isEmpty()) {
            return false;
        }
        try (Directory folder = above.get()) {
            ByteName name = ByteName.of(path.substring(slash + 1));
            Optional<FileStat> stat = folder.find(name);
            if (stat.isEmpty() || stat.get().uid() == uid) {
                return stat.isPresent();
            }
            return stat.get().type() == FileType.DIRECTORY
                    ? giveFolder(folder, name, target, uid, owner)
                    : stat.get().type() == FileType.REGULAR
                            && giveFile(folder, name, target, uid, owner);
        } catch (PosixException _) {
            // vanished or closed to the account meanwhile: the caller tells
            return false;
        }
    }

    private static boolean isPlain(String path) {
        return path.length() < 4_096
                && !path.startsWith("/")
                && List.of(path.split("/", -1)).stream()
                        .noneMatch(each -> each.isEmpty() || each.equals(".") || each.equals(".."))
                && path.chars().noneMatch(Character::isISOControl);
    }

    private static boolean giveFolder(
            Directory above, ByteName name, RestoreTarget target, int uid, OwnerAccess owner)
            throws IOException {
        try (Directory folder = above.open(name)) {
            FileStat stat = folder.stat();
            boolean own = stat.uid() == target.account().uid() && (stat.mode() & SPECIAL) == 0;
            if (own) {
                owner.run(() -> folder.setOwner(uid, stat.gid()));
            }
            return own;
        }
    }

    private static boolean giveFile(
            Directory above, ByteName name, RestoreTarget target, int uid, OwnerAccess owner)
            throws IOException {
        try (PosixFile file = above.openForReading(name)) {
            FileStat stat = file.stat();
            boolean own =
                    stat.uid() == target.account().uid()
                            && stat.links() == 1
                            && (stat.mode() & SPECIAL) == 0;
            if (own) {
                owner.run(() -> file.setOwner(uid, stat.gid()));
            }
            return own;
        }
    }
}
