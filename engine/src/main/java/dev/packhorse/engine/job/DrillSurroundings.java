package dev.packhorse.engine.job;

import dev.packhorse.engine.component.account.ShellRules;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What modules look for on a server before they restore: which services keep something there,
/// which shells, packages, feature lists and linked servers it has, and to whom accounts may
/// belong. Of the live server the names are taken, and the list of shells; no content besides, and
/// nothing that bears the account's own name, since that is what a drill has to bring back.
/// Addresses are not taken, so that an account keeps the one it was packed with.
final class DrillSurroundings {
    private static final List<String> FOLDERS =
            List.of(
                    "/etc/valiases",
                    HostLayout.ZONES_FOLDER,
                    ServiceLayout.MAILMAN_FOLDER,
                    ServiceLayout.MAILMAN_FOLDER + "/lists",
                    ServiceLayout.MAILMAN_FOLDER + "/archives/private",
                    ServiceLayout.MAILMAN_FOLDER + "/suspended.lists");
    private static final List<String> MARKS =
            List.of(
                    HostLayout.LOCAL_DOMAINS,
                    ServiceLayout.FILE_PROTECT,
                    ShellRules.NONE,
                    ShellRules.JAIL);
    private static final List<String> NAMED =
            List.of(
                    HostLayout.PACKAGES_FOLDER,
                    HostLayout.FEATURES_FOLDER,
                    ServiceLayout.LINKED_NODES_FOLDER);
    private static final Pattern HOMES = Pattern.compile("home[0-9]*");

    private final HostFiles live;
    private final HostRoot root;
    private final AccountName account;

    /// @param live the server as it is
    /// @param root the drill's, which only root can enter
    /// @param account whose restore is tried
    DrillSurroundings(HostRoot live, HostRoot root, AccountName account) {
        this.live = new HostFiles(live);
        this.root = root;
        this.account = account;
    }

    /// The accounts that others may belong to; none where there are no resellers.
    static Set<String> owners(HostRoot live, AccountName account) throws IOException {
        Set<String> owners = new TreeSet<>();
        for (String line :
                new HostFiles(live).readText(HostLayout.RESELLERS).orElse("").lines().toList()) {
            String name = line.split(":", 2)[0].strip();
            if (AccountName.isValid(name) && !name.equals(account.value())) {
                owners.add(name);
            }
        }
        return owners;
    }

    /// Makes it all.
    ///
    /// @param owners accounts that others may belong to, which are users of the drill's root
    void make(Set<String> owners) throws IOException {
        for (ByteName name : live.list("/")) {
            if (HOMES.matcher(name.toString()).matches()) {
                folder("/" + name);
            }
        }
        for (String folder : FOLDERS) {
            if (isThere(folder, FileType.DIRECTORY)) {
                folder(folder);
            }
        }
        for (String mark : MARKS) {
            if (isThere(mark, FileType.REGULAR)) {
                file(mark, "");
            }
        }
        for (String folder : NAMED) {
            names(folder);
        }
        Optional<String> shells = live.readText(HostLayout.SHELLS);
        if (shells.isPresent()) {
            file(HostLayout.SHELLS, shells.get());
        }
        for (String owner : owners) {
            AccountName name = new AccountName(owner);
            file(
                    HostLayout.users(name),
                    AccountFile.render(
                            Map.of("USER", owner, "DNS", "owner.invalid", "OWNER", "root")));
        }
    }

    private void names(String folder) throws IOException {
        for (ByteName name : live.list(folder)) {
            boolean own = name.toString().startsWith(account + "_");
            if (!own && isThere(folder + "/" + name, FileType.REGULAR)) {
                file(folder + "/" + name, "");
            }
        }
    }

    private boolean isThere(String path, FileType type) throws IOException {
        return live.stat(path).map(FileStat::type).filter(type::equals).isPresent();
    }

    private void folder(String path) throws IOException {
        Files.createDirectories(root.resolve(path), BackupDirectory.FOLDER_MODE);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(
                Objects.requireNonNull(file.getParent(), "lies below the root"),
                BackupDirectory.FOLDER_MODE);
        Files.createFile(file, BackupDirectory.FILE_MODE);
        Files.writeString(file, content, StandardCharsets.UTF_8);
    }
}
