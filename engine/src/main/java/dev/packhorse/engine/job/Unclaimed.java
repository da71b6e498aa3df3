package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds what an archive holds that no module restores, so that it can be named.
final class Unclaimed {
    private static final int MOST = 50;

    private Unclaimed() {}

    /// A sentence for each member without a module; empty folders are nobody's loss.
    static List<String> members(List<AccountComponent> modules, ArchiveFacts facts, ArchiveSource source) {
        Set<String> claimed = new HashSet<>();
        for (AccountComponent module : modules) {
            module.members().forEach(each -> claimed.add(each.replace("USER", facts.account().value())));
        }
        List<String> unclaimed = new ArrayList<>();
        for (String member : facts.members()) {
            boolean empty = member.endsWith("/") && (isTop(member) || source.names(trim(member)).isEmpty());
            if (!empty && !isClaimed(member, claimed)) {
                unclaimed.add("not restored, no module for it: " + member);
            }
        }
        if (unclaimed.size() > MOST) {
            int more = unclaimed.size() - MOST;
            unclaimed.subList(MOST, unclaimed.size()).clear();
            unclaimed.add("and " + more + " more members without a module");
        }
        return unclaimed;
    }

    /// Folders directly below the top are told by what lies in them.
    private static boolean isTop(String folder) {
        return folder.indexOf('/') == folder.length() - 1;
    }

    private static String trim(String folder) {
        return folder.substring(0, folder.length() - 1);
    }

    private static boolean isClaimed(String member, Set<String> claimed) {
        return claimed.stream()
                .anyMatch(
                        each ->
                                each.equals(member)
                                        || (each.endsWith("/") && member.startsWith(each))
                                        || (member.endsWith("/") && each.startsWith(member)));
    }
}
