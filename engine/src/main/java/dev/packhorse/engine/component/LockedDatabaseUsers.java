package dev.packhorse.engine.component;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.UserLocks;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which database users of an account its suspension locked, as a file for root alone remembers
/// them. Those that had been locked before are not among them.
///
/// @param mysql users of MySQL or MariaDB
/// @param postgres roles of PostgreSQL
record LockedDatabaseUsers(List<UserLocks.Login> mysql, Set<String> postgres) {
    private static final String MYSQL = "mysql";
    private static final String POSTGRES = "postgres";

    /// What is remembered; nobody if nothing is.
    static LockedDatabaseUsers read(HostFiles files, AccountName account) throws IOException {
        List<UserLocks.Login> mysql = new ArrayList<>();
        Set<String> postgres = new TreeSet<>();
        String path = HostLayout.suspendedDatabaseUsers(account);
        for (String line : files.readText(path).orElse("").lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && words[0].equals(MYSQL)) {
                mysql.add(new UserLocks.Login(decoded(words[1]), decoded(words[2])));
            } else if (words.length == 2 && words[0].equals(POSTGRES)) {
                postgres.add(decoded(words[1]));
            } else {
                throw new IOException(path + " has a line that names no database user");
            }
        }
        return new LockedDatabaseUsers(mysql, postgres);
    }

    /// These and more.
    LockedDatabaseUsers with(
            Collection<UserLocks.Login> moreMysql, Collection<String> morePostgres) {
        Set<UserLocks.Login> users = new LinkedHashSet<>(mysql);
        users.addAll(moreMysql);
        Set<String> roles = new TreeSet<>(postgres);
        roles.addAll(morePostgres);
        return new LockedDatabaseUsers(List.copyOf(users), roles);
    }

    void write(HostFiles files, AccountName account) throws IOException {
        StringBuilder text = new StringBuilder();
        for (UserLocks.Login login : mysql) {
            text.append(MYSQL)
                    .append(' ')
                    .append(encoded(login.user()))
                    .append(' ')
                    .append(encoded(login.host()))
                    .append('\n');
        }
        for (String role : postgres) {
            text.append(POSTGRES).append(' ').append(encoded(role)).append('\n');
        }
        files.makeFolder(HostLayout.suspendedThingsFolder(), FileRights.ofRoot(0700));
        files.write(
                HostLayout.suspendedDatabaseUsers(account),
                text.toString().getBytes(StandardCharsets.US_ASCII),
                FileRights.ofRoot(0600));
    }

    /// Names may hold any character.
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) throws IOException {
        try {
            return URLDecoder.decode(word, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("a remembered database user has a damaged name", e);
        }
    }
}
