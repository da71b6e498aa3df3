package dev.packhorse.engine.provision;

import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a server keeps of an account outside of its home, its databases and the user database, in
/// folders of root's. Removing it again does no harm.
final class AccountTraces {
    private final HostFiles files;
    private final AccountName name;
    private final Set<DomainName> domains;
    private final boolean keepDns;

    /// @param keepDns whether zones and their keys stay
    AccountTraces(HostFiles files, Account account, boolean keepDns) throws IOException {
        this.files = files;
        this.name = account.name();
        Set<String> others = ofOthers(files, account.name());
        this.domains =
                account.domains().all().stream()
                        .filter(domain -> DomainName.isValid(domain) && !others.contains(domain))
                        .map(DomainName::new)
                        .collect(Collectors.toUnmodifiableSet());
        this.keepDns = keepDns;
    }

    /// What the server's list gives to other accounts, whatever this one's own list says: their
    /// files are not this account's.
    private static Set<String> ofOthers(HostFiles files, AccountName name) throws IOException {
        Set<String> domains = new HashSet<>();
        for (String line : files.readText(HostLayout.USER_DOMAINS).orElse("").lines().toList()) {
            String owner = value(line);
            if (!owner.equals(name.value())
                    && AccountName.isValid(owner)
                    && files.stat(HostLayout.users(new AccountName(owner))).isPresent()) {
                domains.add(key(line));
            }
        }
        return domains;
    }

    /// Removes them, all that can be.
    ///
    /// @return a sentence for each that stays
    List<String> remove() {
        List<String> left = new ArrayList<>();
        attempt("the crontab", this::removeCrontab, left);
        for (String file : files()) {
            attempt(file, () -> files.remove(file), left);
        }
        for (String folder : folders()) {
            attempt(folder, () -> removeFolder(folder), left);
        }
        attempt(ServiceLayout.MAILMAN_FOLDER, this::removeLists, left);
        removeLines(left);
        return left;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(String path, Step step, List<String> left) {
        try {
            step.run();
        } catch (IOException e) {
            left.add(path + ": " + e.getMessage());
        }
    }

    /// Debian's folder of crontabs bears a name that an account may have, and lies where others
    /// have their crontabs.
    private void removeCrontab() throws IOException {
        String debian = HostLayout.debianCrontab(name);
        boolean isDebian = files.stat(debian.substring(0, debian.lastIndexOf('/'))).isPresent();
        files.remove(isDebian ? debian : HostLayout.crontab(name));
    }

    private List<String> files() {
        List<String> paths =
                new ArrayList<>(
                        List.of(
                                HostLayout.proftpdPasswords(name),
                                HostLayout.suspendedLock(name),
                                HostLayout.suspended(name),
                                HostLayout.suspendinfo(name),
                                HostLayout.suspendedCrontab(name),
                                HostLayout.suspendedPassword(name),
                                HostLayout.suspendedDatabaseUsers(name),
                                HostLayout.awaited(name),
                                HostLayout.databases(name),
                                ServiceLayout.databaseHostNotes(name),
                                ServiceLayout.tokens(name),
                                ServiceLayout.resellerTokens(name),
                                ServiceLayout.autoSslExclusions(name),
                                ServiceLayout.webCalls(name),
                                ServiceLayout.publicContact(name),
                                ServiceLayout.bandwidthDatabase(name),
                                ServiceLayout.bandwidthFigure(name.value())));
        if (!files.root().isForeign()) {
            // a link on some systems, which is followed on the running one alone
            paths.add("/var/mail/" + name);
        }
        for (DomainName domain : domains) {
            paths.add(HostLayout.valiases(domain));
            paths.add(HostLayout.vdomainaliases(domain));
            paths.add(HostLayout.vfilters(domain));
            paths.add(ServiceLayout.bandwidthFigure(domain.value()));
            paths.add(ServiceLayout.LOGS_FOLDER + "/" + domain.fileName());
            paths.add(ServiceLayout.LOGS_FOLDER + "/" + domain.fileName() + "-ssl_log");
            if (!keepDns) {
                paths.add(HostLayout.zone(domain));
                paths.add(HostLayout.domainKeyPrivate(domain));
                paths.add(HostLayout.domainKeyPublic(domain));
            }
        }
        return paths;
    }

    private List<String> folders() {
        List<String> paths =
                new ArrayList<>(
                        List.of(
                                HostLayout.userdataFolder(name),
                                ServiceLayout.signInLinks(name),
                                ServiceLayout.integrationLinks(name),
                                ServiceLayout.includes("std", name),
                                ServiceLayout.includes("ssl", name),
                                ServiceLayout.LOGS_FOLDER + "/" + name));
        for (DomainName domain : domains) {
            String tls = HostLayout.tls(domain);
            paths.add(tls.substring(0, tls.lastIndexOf('/')));
        }
        return paths;
    }

    private void removeFolder(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String above = path.substring(0, slash);
        if (files.stat(above).isEmpty()) {
            return;
        }
        try (Directory folder = files.open(above)) {
            folder.removeTree(ByteName.of(path.substring(slash + 1)));
            folder.sync();
        }
    }

    /// Mailing lists, which are named `LIST_DOMAIN`; list names have no `_` at their end.
    private void removeLists() throws IOException {
        for (String kind : List.of("lists", "archives/private", "archives/public")) {
            String folder = ServiceLayout.MAILMAN_FOLDER + "/" + kind;
            for (ByteName list : files.list(folder)) {
                String text = list.toString().replaceFirst("\\.mbox$", "");
                if (domains.stream().anyMatch(domain -> text.endsWith("_" + domain))) {
                    removeFolder(folder + "/" + list);
                }
            }
        }
    }

    private void removeLines(List<String> left) {
        Predicate<String> ownerIsAccount = line -> value(line).equals(name.value());
        Predicate<String> keyIsAccount = line -> key(line).equals(name.value());
        Predicate<String> keyIsDomain =
                line -> domains.stream().anyMatch(domain -> key(line).equals(domain.value()));
        strip(HostLayout.USER_DOMAINS, ownerIsAccount, left);
        strip(HostLayout.TRUE_USER_DOMAINS, ownerIsAccount, left);
        strip(HostLayout.USER_DATA_DOMAINS, line -> value(line).startsWith(name + "=="), left);
        strip(HostLayout.LOCAL_DOMAINS, keyIsDomain, left);
        strip(ServiceLayout.REMOTE_DOMAINS, keyIsDomain, left);
        strip(ServiceLayout.SECONDARY_MX, keyIsDomain, left);
        strip(ServiceLayout.MANUAL_MX, keyIsDomain, left);
        strip(ServiceLayout.MAIL_HOLDS, keyIsAccount, left);
        strip(ServiceLayout.MAIL_SUSPENSIONS, keyIsAccount, left);
        strip(HostLayout.DIGEST_SHADOW, keyIsAccount, left);
        strip(HostLayout.RESELLERS, keyIsAccount, left);
        strip(HostLayout.RESELLERS_NAMESERVERS, keyIsAccount, left);
    }

    private void strip(String path, Predicate<String> own, List<String> left) {
        attempt(
                path,
                () -> new OwnLines(files, path, own).replace(List.of(), FileRights.ofRoot(0644)),
                left);
    }

    private static String key(String line) {
        int colon = line.indexOf(':');
        return (colon < 0 ? line : line.substring(0, colon)).strip();
    }

    private static String value(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? "" : line.substring(colon + 1).strip();
    }
}
