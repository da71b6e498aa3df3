package dev.packhorse.engine.component.web;

import dev.packhorse.engine.host.Account;
import java.util.Set;
import java.util.TreeSet;

/// The folders of an account's web sites.
final class SiteFolders {
    private SiteFolders() {}

    /// Those that lie in the home, relative to it.
    static Set<String> inHome(Account account) {
        Set<String> folders = new TreeSet<>();
        String home = account.home() + "/";
        for (String each : account.domains().documentRoots().values()) {
            if (isBelow(home, each)) {
                folders.add(each.substring(home.length()));
            }
        }
        folders.add("public_html");
        return folders;
    }

    /// Those that do not.
    static Set<String> elsewhere(Account account) {
        Set<String> folders = new TreeSet<>(account.domains().documentRoots().values());
        folders.removeIf(each -> isBelow(account.home() + "/", each));
        return folders;
    }

    private static boolean isBelow(String home, String folder) {
        return folder.startsWith(home) && folder.length() > home.length();
    }
}
